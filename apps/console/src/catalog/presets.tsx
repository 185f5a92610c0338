import { ActionIcon, Button, Modal, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PlanType } from '../api/plans.ts';
import { deletePreset, listPresets, type Preset, savePreset } from '../api/presets.ts';
import { useMay } from '../app/session.ts';
import { planTypeWords } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';
import { Pending } from '../ui/state.tsx';
import { Time } from '../ui/time.tsx';
import { noAbout } from './about.tsx';
import { newFields } from './fields.ts';
import type { Values } from './form.ts';
import { isPlanType } from './kinds.ts';

type Form = { type: PlanType; fields: Partial<Values> };
export type PlanPreset = Preset<Form> & { type: PlanType };

/** The wizard's saved configurations. */
export function usePresets(enabled = true) {
  const query = useQuery({ queryKey: ['presets', 'plan'], queryFn: () => listPresets<Form>('plan'), enabled });
  const presets = (query.data?.items ?? []).flatMap((preset): PlanPreset[] => {
    const type = String(preset.form.type);
    return isPlanType(type) ? [{ ...preset, type }] : [];
  });
  return { query, presets };
}

/** What a preset fills in; what it does not say (it may be older than a field) is as in a new plan. */
export function filledBy({ type, form }: PlanPreset, currency: string): Values {
  return { ...newFields(type, currency), ...noAbout, ...form.fields };
}

/** Presets to begin from, to save as, and to delete. */
export function PresetsDialog({
  type,
  values,
  onUse,
  onClose,
}: {
  type: PlanType;
  values: Values;
  onUse: (preset: PlanPreset) => void;
  onClose: () => void;
}) {
  const may = useMay();
  const { query, presets } = usePresets();
  const [name, setName] = useState('');
  const save = useAction(() => savePreset<Form>('plan', name.trim(), { type, fields: { ...values, name: '' } }), {
    changes: ['presets'],
    done: (preset) => `The preset ${preset.name} is saved.`,
    onDone: () => setName(''),
    quiet: true,
  });
  const remove = useAction(deletePreset, { changes: ['presets'], done: 'The preset is deleted.' });
  return (
    <Modal opened onClose={onClose} title="Presets" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="form">
        {!query.data ? (
          <Pending query={query} lines={3} />
        ) : presets.length === 0 ? (
          <p className="dim">None yet. Save what is written here to begin the next plan with it.</p>
        ) : (
          <ul className="presets">
            {presets.map((preset) => (
              <li key={preset.id} className="preset">
                <button type="button" className="preset-use" onClick={() => onUse(preset)}>
                  <span className="strong">{preset.name}</span>
                  <span className="dim">
                    {planTypeWords[preset.type]}, {preset.createdBy}, <Time at={preset.createdAt} />
                  </span>
                </button>
                {may('catalog.plan.add') && (
                  <ActionIcon aria-label={`Delete the preset ${preset.name}`} onClick={() => remove.mutate(preset.id)}>
                    <IconTrash size={16} />
                  </ActionIcon>
                )}
              </li>
            ))}
          </ul>
        )}
        <form
          className="form-part"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') save.mutate(undefined);
          }}
        >
          <div className="preset-save">
            <TextInput
              label="Save what is written here as"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              placeholder={planTypeWords[type]}
              maxLength={100}
            />
            <Button type="submit" variant="default" loading={save.isPending} disabled={name.trim() === ''}>
              Save preset
            </Button>
          </div>
          <FormProblem error={save.error} />
        </form>
      </div>
    </Modal>
  );
}
