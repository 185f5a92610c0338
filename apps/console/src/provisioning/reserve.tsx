import { Radio, Select, TextInput } from '@mantine/core';
import { createProfile, type EsimProfile, type ProfileInput } from '../api/provisioning.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';

/** Reserves an eSIM of the stock: with a code for whoever has it, or for one device. */
export function Reserve({ onClose, onDone }: { onClose: () => void; onDone: (made: EsimProfile) => void }) {
  const me = useMe();
  const may = useMay();
  const companies = useOptions('company', me.actor.companyId === null && may('tenancy.company.view'));
  const reserve = useAction((input: ProfileInput) => createProfile(input), {
    changes: ['esim-profiles', 'sims'],
    done: 'An eSIM is reserved.',
    onDone,
    quiet: true,
  });
  const { values, set, text } = useForm({ way: 'code', eid: '', company: '' }, reserve.error);
  const isCode = values.way === 'code';
  const eid = values.eid.replace(/\s/g, '');
  return (
    <SideForm
      title="Reserve an eSIM"
      submit="Reserve"
      busy={reserve.isPending}
      error={reserve.error}
      onSubmit={() =>
        reserve.mutate({
          generateMatchingId: isCode,
          ...(!isCode && { eid }),
          ...(values.company && { company: values.company }),
        })
      }
      onClose={onClose}
      disabled={!isCode && !/^\d{32}$/.test(eid)}
    >
      <Radio.Group label="For" value={values.way} onChange={(way) => set('way', way)}>
        <div className="choices">
          <Radio
            value="code"
            label="Whoever has the code"
            description="An activation code, to be entered on a device or shown as a QR code."
          />
          <Radio
            value="eid"
            label="One device"
            description="Only the eUICC with this EID can download it; it needs no code."
          />
        </div>
      </Radio.Group>
      {!isCode && (
        <TextInput
          label="EID"
          description="32 digits, as the device shows them (often under *#06#)."
          {...text('eid')}
          maxLength={60}
          classNames={{ input: 'mono' }}
          inputMode="numeric"
          data-autofocus
        />
      )}
      {companies.length > 0 && (
        <Select
          label="Company"
          description="The account that the eSIM goes into."
          placeholder={me.organization.name}
          data={companies}
          value={values.company || null}
          onChange={(company) => set('company', company ?? '')}
          clearable
          searchable
        />
      )}
    </SideForm>
  );
}
