import { ActionIcon, Button, Group, Select, TagsInput, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { listEndUsers } from '../api/people.ts';
import { type Sim, type SimChanges, updateSim } from '../api/sims.ts';
import { useMay, useMe } from '../app/session.ts';
import { planTypeWords } from '../format/words.ts';
import { SimProfile } from '../provisioning/sim-profile.tsx';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { useOptions } from '../ui/options.ts';
import { Fact, Facts, None, Panel } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Labels } from './columns.tsx';
import type { DialogKind } from './sim-dialog.tsx';

/** What the SIM is. Names, notes and the like are changed where they stand. */
export function Identity({ sim, onDialog }: { sim: Sim; onDialog: (kind: DialogKind) => void }) {
  const me = useMe();
  const may = useMay();
  const canEdit = may('inventory.sim.edit') && sim.lifecycle !== 'archived';
  return (
    <>
      <Panel title="Details">
        <Facts>
          <Editable
            name="Name"
            canEdit={canEdit}
            shown={sim.uniqueName ?? <None />}
            start={sim.uniqueName ?? ''}
            field={(value, set) => (
              <TextInput
                aria-label="Name"
                value={value}
                onChange={(event) => set(event.currentTarget.value)}
                maxLength={64}
                autoFocus
              />
            )}
            changes={(value) => ({ uniqueName: value.trim() === '' ? null : value.trim() })}
            sim={sim}
          />
          <Editable
            name="Company"
            canEdit={canEdit && sim.registered && me.actor.companyId === null}
            shown={sim.company?.name ?? <None>{sim.registered ? me.organization.name : 'in stock'}</None>}
            start={sim.company?.id ?? ''}
            field={(value, set) => <CompanyField value={value} onChange={set} own={me.organization.name} />}
            changes={(value) => ({ company: value === '' ? null : value })}
            sim={sim}
          />
          {sim.company && (
            <Editable
              name="End user"
              canEdit={canEdit && may('tenancy.end_user.view')}
              shown={sim.endUser?.name ?? <None />}
              start={sim.endUser?.id ?? ''}
              field={(value, set) => <EndUserField value={value} onChange={set} companyId={sim.company!.id} />}
              changes={(value) => ({ endUser: value === '' ? null : value })}
              sim={sim}
            />
          )}
          <Fact name="Fleet">
            <span className="fact-edit">
              {sim.fleet ? (
                <Link to="/fleets" search={{ edit: sim.fleet.id }} className="plain">
                  {sim.fleet.name}
                </Link>
              ) : (
                <None />
              )}
              {canEdit && sim.registered && <Edit label="Change the fleet" onClick={() => onDialog('fleet')} />}
            </span>
          </Fact>
          <Fact name="Plan">
            <span className="fact-edit">
              {sim.plan ? (
                <span>
                  <Link to="/plans/$id" params={{ id: sim.plan.id }} className="plain">
                    {sim.plan.name}
                  </Link>
                  {sim.plan.name !== planTypeWords[sim.plan.type] && (
                    <span className="dim"> {planTypeWords[sim.plan.type]}</span>
                  )}
                </span>
              ) : (
                <None />
              )}
              {canEdit && sim.registered && <Edit label="Assign a plan" onClick={() => onDialog('plan')} />}
            </span>
          </Fact>
          {sim.pool && (
            <Fact name="Pool">
              <Link to="/pools/$id" params={{ id: sim.pool.id }} className="plain">
                {sim.pool.name}
              </Link>
            </Fact>
          )}
          <Editable
            name="Labels"
            canEdit={canEdit}
            shown={sim.labels.length > 0 ? <Labels labels={sim.labels} /> : <None />}
            start={sim.labels}
            field={(value, set) => (
              <TagsInput aria-label="Labels" value={value} onChange={set} maxTags={20} size="sm" autoFocus />
            )}
            changes={(value) => ({ labels: value })}
            sim={sim}
          />
          <Editable
            name="Note"
            canEdit={canEdit}
            shown={sim.note === '' ? <None /> : <span className="pre">{sim.note}</span>}
            start={sim.note}
            field={(value, set) => (
              <Textarea
                aria-label="Note"
                value={value}
                onChange={(event) => set(event.currentTarget.value)}
                maxLength={2000}
                autoFocus
              />
            )}
            changes={(value) => ({ note: value })}
            sim={sim}
          />
        </Facts>
      </Panel>
      <Panel title="Identifiers">
        <Facts>
          <Fact name="ICCID">
            <Copy text={sim.iccid} label="ICCID" />
            {sim.iccidCheckDigit === 'wrong' && <div className="warn">The check digit does not fit.</div>}
          </Fact>
          <Identifier name="IMSI" text={sim.imsi} />
          <Identifier name="MSISDN" text={sim.msisdn} />
          {sim.form === 'esim' && <Identifier name="EID" text={sim.eid} />}
          <Fact name="IMEI" hint="Of the device it was last seen in">
            {sim.imei ? (
              <>
                <Copy text={sim.imei} label="IMEI" />
                {sim.imeiSeenAt && (
                  <div className="dim">
                    seen <Time at={sim.imeiSeenAt} />
                  </div>
                )}
              </>
            ) : (
              <None>not seen yet</None>
            )}
          </Fact>
          <Fact name="Form">{sim.form === 'esim' ? 'eSIM' : 'Card'}</Fact>
          <Fact name="Super SIM SID">
            <Copy text={sim.superSimSid} label="Super SIM SID" />
          </Fact>
        </Facts>
      </Panel>
      <SimProfile sim={sim} />
      <Panel title="Telecom">
        <Facts>
          <Fact name="Telecom">
            {may('carriers.telecom.view') && me.actor.companyId === null ? (
              <Link to="/telecoms/$id" params={{ id: sim.telecom.id }} className="plain">
                {sim.telecom.name}
              </Link>
            ) : (
              sim.telecom.name
            )}
          </Fact>
          <Fact name="We want">{sim.carrier.desired}</Fact>
          <Fact name="It reports">
            {sim.carrier.connector === 'simulated' || sim.carrier.reported ? (
              (sim.carrier.reported ?? <None>nothing yet</None>)
            ) : (
              <None>{sim.carrier.connector === 'none' ? 'no integration' : 'Not supported by this telecom'}</None>
            )}
          </Fact>
          <Fact name="Added">
            <Time at={sim.createdAt} />
          </Fact>
          <Fact name="Registered">{sim.registeredAt ? <Time at={sim.registeredAt} /> : <None>in stock</None>}</Fact>
        </Facts>
      </Panel>
    </>
  );
}

function Identifier({ name, text }: { name: string; text: string | null }) {
  return <Fact name={name}>{text ? <Copy text={text} label={name} /> : <None>unknown</None>}</Fact>;
}

function Edit({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={24} aria-label={label} onClick={onClick} className="fact-pencil">
        <IconPencil size={14} stroke={1.75} />
      </ActionIcon>
    </Tooltip>
  );
}

function Editable<T>({
  name,
  canEdit,
  shown,
  start,
  field,
  changes,
  sim,
}: {
  name: string;
  canEdit: boolean;
  shown: ReactNode;
  start: T;
  field: (value: T, set: (value: T) => void) => ReactNode;
  changes: (value: T) => SimChanges;
  sim: Sim;
}) {
  const [value, setValue] = useState<T | null>(null);
  const save = useAction((change: SimChanges) => updateSim(sim.id, change), {
    changes: ['sim', 'sims'],
    onDone: () => setValue(null),
  });
  if (value === null) {
    return (
      <Fact name={name}>
        <span className="fact-edit">
          <span className="break">{shown}</span>
          {canEdit && <Edit label={`Change: ${name}`} onClick={() => setValue(start)} />}
        </span>
      </Fact>
    );
  }
  return (
    <Fact name={name}>
      <form
        className="fact-form"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(changes(value));
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setValue(null);
        }}
      >
        {field(value, setValue)}
        <Group gap={8}>
          <Button type="submit" size="xs" loading={save.isPending}>
            Save
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => setValue(null)}>
            Cancel
          </Button>
        </Group>
      </form>
    </Fact>
  );
}

/** The end users of the company that the SIM is of. */
function EndUserField(props: { value: string; onChange: (value: string) => void; companyId: string }) {
  const { value, onChange, companyId } = props;
  const users = useQuery({
    queryKey: ['end users', 'of', companyId],
    queryFn: () => listEndUsers({ companyId, limit: 200 }),
  });
  return (
    <Select
      aria-label="End user"
      data={(users.data?.items ?? []).map(({ id, name, email }) => ({ value: id, label: name ?? email }))}
      value={value || null}
      onChange={(chosen) => onChange(chosen ?? '')}
      placeholder="nobody"
      clearable
      searchable
      autoFocus
    />
  );
}

function CompanyField({ value, onChange, own }: { value: string; onChange: (value: string) => void; own: string }) {
  return (
    <Select
      aria-label="Company"
      data={useOptions('company')}
      value={value || null}
      onChange={(chosen) => onChange(chosen ?? '')}
      placeholder={own}
      clearable
      searchable
      autoFocus
    />
  );
}
