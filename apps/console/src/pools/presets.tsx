import { ActionIcon, Button, Menu, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconBookmark, IconChevronDown, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PoolTermsForm, PoolType } from '../api/pools.ts';
import { deletePreset, listPresets, type Preset, savePreset } from '../api/presets.ts';
import { useMay } from '../app/session.ts';
import { useAction } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';

type Saved = PoolTermsForm & { type: PoolType };

/** Terms that were saved under a name: taken over with a click, and these saved for the next time. */
export function Presets({
  type,
  terms,
  onUse,
}: {
  type: PoolType;
  terms: PoolTermsForm;
  onUse: (terms: PoolTermsForm) => void;
}) {
  const query = useQuery({ queryKey: ['presets', 'pool'], queryFn: () => listPresets<Saved>('pool') });
  const presets = (query.data?.items ?? []).filter(({ form }) => form.type === type);
  const canKeep = useMay()('catalog.plan.add');
  const remove = useAction(deletePreset, { changes: ['presets'], done: 'The preset is deleted.' });
  return (
    <div className="pool-presets">
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            size="xs"
            rightSection={<IconChevronDown size={14} />}
            disabled={presets.length === 0}
          >
            {presets.length === 0 ? 'No presets yet' : 'Use a preset'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {presets.map((preset: Preset<Saved>) => (
            <div key={preset.id} className="pool-preset">
              <Menu.Item onClick={() => onUse(preset.form)}>{preset.name}</Menu.Item>
              {canKeep && (
                <Tooltip label="Delete this preset">
                  <ActionIcon aria-label={`Delete the preset ${preset.name}`} onClick={() => remove.mutate(preset.id)}>
                    <IconTrash size={16} />
                  </ActionIcon>
                </Tooltip>
              )}
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
      {canKeep && <SavePreset form={{ type, ...terms }} />}
    </div>
  );
}

function SavePreset({ form }: { form: Saved }) {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const save = useAction((name: string) => savePreset('pool', name, form), {
    changes: ['presets'],
    done: (preset) => `These terms are kept as ${preset.name}.`,
    onDone: () => setOpened(false),
    quiet: true,
  });
  const ready = name.trim() !== '' && !save.isPending;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          size="xs"
          leftSection={<IconBookmark size={14} />}
          onClick={() => setOpened(!opened)}
          aria-expanded={opened}
        >
          Keep as a preset
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {/* Not a form: it stands inside the one of the wizard. */}
        <div className="pool-preset">
          <TextInput
            label="Name of the preset"
            size="xs"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              if (ready) save.mutate(name.trim());
            }}
            maxLength={100}
            data-autofocus
          />
          <Button size="xs" onClick={() => save.mutate(name.trim())} disabled={!ready}>
            Keep
          </Button>
        </div>
        <FormProblem error={save.error} />
      </Popover.Dropdown>
    </Popover>
  );
}
