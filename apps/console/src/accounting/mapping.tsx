import { ActionIcon, Button, Group, Radio, Select, Stack, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Chart, type Codes, getMapping, type MappedTax, type Mapping, setMapping } from '../api/accounting.ts';
import { useMay } from '../app/session.ts';
import { categoryWords } from '../payments/words.ts';
import { useAction } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';
import { Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Unsaved } from '../ui/unsaved.tsx';
import { itemNames, ledgerWords, paidWords } from './words.ts';

/** What the books call our items, taxes, money and accounts. */
export function MappingPanel({ chart }: { chart: Chart | null }) {
  const query = useQuery({ queryKey: ['accounting-mapping'], queryFn: getMapping });
  return (
    <Panel title="What the books call it" aside="For Xero, and for the files below">
      {query.data ? <Form mapping={query.data} chart={chart} /> : <Pending query={query} lines={8} />}
    </Panel>
  );
}

function Form({ mapping, chart }: { mapping: Mapping; chart: Chart | null }) {
  const edits = useMay()('accounting.books.edit');
  const [now, setNow] = useState(mapping);
  const save = useAction(() => setMapping(trimmed(now)), {
    ...{ changes: ['accounting-mapping', 'accounting'], quiet: true, onDone: setNow },
    done: 'Kept. What failed for want of a name is written again.',
  });
  const changed = JSON.stringify(trimmed(now)) !== JSON.stringify(trimmed(mapping));
  const codes = <K extends string>(part: 'items' | 'payments' | 'ledger', words: Record<K, string>) => (
    <CodeFields
      words={words}
      codes={now[part] as Codes<K>}
      disabled={!edits}
      onChange={(next) => setNow((before) => ({ ...before, [part]: next }))}
    />
  );
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined);
      }}
    >
      <Unsaved what="What the books call it" isUnsaved={() => changed && !save.isPending} />
      {chart && (
        <>
          <datalist id="accounting-accounts">
            {chart.accounts.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </datalist>
          <datalist id="accounting-taxes">
            {chart.taxes.map(({ type, name, percent }) => (
              <option key={type} value={type}>{`${name}, ${percent} %`}</option>
            ))}
          </datalist>
        </>
      )}
      <section className="form-part">
        <h3>Revenue, by kind of item</h3>
        {codes('items', itemNames)}
      </section>
      <section className="form-part">
        <h3>VAT</h3>
        <Taxes taxes={now.taxes} disabled={!edits} onChange={(taxes) => setNow((before) => ({ ...before, taxes }))} />
      </section>
      <section className="form-part">
        <h3>Where money arrives</h3>
        {codes('payments', paidWords)}
      </section>
      <section className="form-part">
        <h3>Documents in Xero</h3>
        <Radio.Group
          aria-label="Documents in Xero"
          value={now.documents}
          onChange={(value) => setNow((before) => ({ ...before, documents: value as Mapping['documents'] }))}
        >
          <Stack gap="xs">
            <Radio value="authorised" label="Are in the books at once" disabled={!edits} />
            <Radio
              value="draft"
              label="Are drafts that somebody approves there; payments wait for that"
              disabled={!edits}
            />
          </Stack>
        </Radio.Group>
      </section>
      <section className="form-part">
        <h3>Our ledger, for the journal</h3>
        {codes('ledger', ledgerWords)}
      </section>
      <FormProblem error={save.error} />
      {edits && (
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!changed}>
            Save
          </Button>
        </Group>
      )}
    </form>
  );
}

function CodeFields<K extends string>({
  words,
  codes,
  disabled,
  onChange,
}: {
  words: Record<K, string>;
  codes: Codes<K>;
  disabled: boolean;
  onChange: (codes: Codes<K>) => void;
}) {
  return (
    <div className="codes">
      {(Object.keys(words) as K[]).map((name) => (
        <TextInput
          key={name}
          label={words[name]}
          value={codes[name] ?? ''}
          placeholder={name === 'other' ? 'none' : (codes['other' as K] ?? 'none')}
          list="accounting-accounts"
          autoComplete="off"
          disabled={disabled}
          onChange={(event) => onChange({ ...codes, [name]: event.currentTarget.value })}
        />
      ))}
    </div>
  );
}

const categories = Object.entries(categoryWords).map(([value, label]) => ({ value, label }));

function Taxes({
  taxes,
  disabled,
  onChange,
}: {
  taxes: MappedTax[];
  disabled: boolean;
  onChange: (taxes: MappedTax[]) => void;
}) {
  const change = (at: number, part: Partial<MappedTax>) =>
    onChange(taxes.map((tax, i) => (i === at ? { ...tax, ...part } : tax)));
  return (
    <Stack gap="sm">
      {taxes.length === 0 && <p className="dim">No tax has a name yet: nothing is written without one.</p>}
      {taxes.map((tax, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity while they are written.
        <div className="tax-row" key={i}>
          <Select
            label="VAT"
            data={categories}
            value={tax.category}
            allowDeselect={false}
            disabled={disabled}
            onChange={(category) => category && change(i, { category: category as MappedTax['category'] })}
          />
          <TextInput
            label="Percent"
            value={tax.percent}
            inputMode="decimal"
            disabled={disabled}
            onChange={(event) => change(i, { percent: event.currentTarget.value })}
          />
          <TextInput
            label="Tax type"
            value={tax.taxType}
            list="accounting-taxes"
            autoComplete="off"
            disabled={disabled}
            onChange={(event) => change(i, { taxType: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Remove this tax"
            disabled={disabled}
            onClick={() => onChange(taxes.filter((_, at) => at !== i))}
          >
            <IconTrash size={16} stroke={1.6} />
          </ActionIcon>
        </div>
      ))}
      {!disabled && (
        <Group>
          <Button
            size="xs"
            variant="default"
            onClick={() => onChange([...taxes, { category: 'S', percent: '', taxType: '' }])}
          >
            Add a tax
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** An empty field is no name; spaces are none of it. */
function trimmed(mapping: Mapping): Mapping {
  const named = <K extends string>(codes: Codes<K>): Codes<K> =>
    Object.fromEntries(
      Object.entries<string | undefined>(codes)
        .map(([name, code]) => [name, code?.trim() ?? ''] as const)
        .filter(([, code]) => code !== ''),
    ) as Codes<K>;
  return {
    ...{ items: named(mapping.items), payments: named(mapping.payments), ledger: named(mapping.ledger) },
    taxes: mapping.taxes.map((tax) => ({ ...tax, percent: tax.percent.trim(), taxType: tax.taxType.trim() })),
    documents: mapping.documents,
  };
}
