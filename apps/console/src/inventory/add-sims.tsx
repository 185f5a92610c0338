import { Anchor, Button, Drawer, FileButton, Group, Select, Tabs, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { importSims, registerByCode, type SimResult } from '../api/sims.ts';
import { queryClient } from '../app/query.ts';
import { useMe } from '../app/session.ts';
import { count } from '../format/words.ts';
import { fieldErrors, tell } from '../ui/actions.ts';
import { saveText, toCsv } from '../ui/csv.ts';
import { FormProblem } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { Badge } from '../ui/status.tsx';

/** Two ways in: a file from the telecom into stock, or one card by its code into the account. */
export function AddSims({ tab, onTab, onClose }: { tab: string; onTab: (tab: string) => void; onClose: () => void }) {
  return (
    <Drawer opened onClose={onClose} title="Add SIMs" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Tabs value={tab} onChange={(value) => onTab(value ?? 'import')}>
        <Tabs.List mb="md">
          <Tabs.Tab value="import">Upload into stock</Tabs.Tab>
          <Tabs.Tab value="register">Register by code</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="import">
          <Import onClose={onClose} />
        </Tabs.Panel>
        <Tabs.Panel value="register">
          <Register />
        </Tabs.Panel>
      </Tabs>
    </Drawer>
  );
}

const example = 'iccid,imsi,msisdn,note,labels\n8988303000000000018,901880000000001,+883130000000001,Sample,demo\n';
const maxBytes = 5 * 1024 * 1024;

function Import({ onClose }: { onClose: () => void }) {
  const telecoms = useOptions('telecom');
  const [chosen, setChosen] = useState<string | null>(null);
  const telecom = chosen ?? (telecoms.length === 1 ? (telecoms[0]?.value ?? null) : null);
  const [csv, setCsv] = useState('');
  const [file, setFile] = useState<string | null>(null);
  const run = useMutation({
    mutationFn: (dryRun: boolean) => importSims(telecom ?? '', csv, dryRun),
    onSuccess: (answer, dryRun) => {
      if (dryRun) return;
      tell(`${count(answer.added, 'SIM')} added to stock.`);
      for (const noun of ['sims', 'overview']) void queryClient.invalidateQueries({ queryKey: [noun] });
      if (answer.refused === 0) onClose();
    },
  });
  const checked = run.data && run.variables ? run.data : null;
  const ready = telecom !== null && csv.trim() !== '';
  const tooLarge = csv.length > maxBytes;

  async function take(chosen: File | null): Promise<void> {
    if (!chosen) return;
    setFile(chosen.name);
    setCsv(await chosen.slice(0, maxBytes + 1).text());
    run.reset();
  }
  return (
    <div className="form">
      <Select
        label="Telecom"
        description="Who issued these SIMs."
        data={telecoms}
        value={telecom}
        onChange={setChosen}
        placeholder="Choose a telecom"
      />
      <Textarea
        label="SIMs"
        description={
          <>
            For some thousand at most; <Link to="/import">import a file</Link> of any size instead. One line a SIM, with
            a header. Columns: iccid, imsi, msisdn, eid, activation_code, form, note, labels, registration_code.{' '}
            <Anchor component="button" type="button" size="sm" onClick={() => saveText('sims-example.csv', example)}>
              Save an example
            </Anchor>
          </>
        }
        placeholder={example}
        value={csv}
        onChange={(event) => {
          setCsv(event.currentTarget.value);
          setFile(null);
          run.reset();
        }}
        minRows={6}
        maxRows={12}
        classNames={{ input: 'mono' }}
        error={tooLarge ? 'A file may have 5 MB at most.' : undefined}
      />
      <Group gap="xs">
        <FileButton accept=".csv,text/csv,text/plain" onChange={(chosen) => void take(chosen)}>
          {(props) => (
            <Button variant="default" {...props}>
              Choose a file
            </Button>
          )}
        </FileButton>
        {file && <span className="dim">{file}</span>}
      </Group>
      <FormProblem error={run.error} />
      {run.data && (
        <Results results={run.data.results} added={run.data.added} refused={run.data.refused} dry={run.variables} />
      )}
      <Group justify="flex-end" gap="xs">
        <Button
          variant={checked ? 'default' : 'filled'}
          disabled={!ready || tooLarge}
          loading={run.isPending && run.variables === true}
          onClick={() => run.mutate(true)}
        >
          Check
        </Button>
        {checked && checked.added > 0 && (
          <Button loading={run.isPending && !run.variables} onClick={() => run.mutate(false)}>
            Add {count(checked.added, 'SIM')}
          </Button>
        )}
      </Group>
    </div>
  );
}

function Results({
  results,
  added,
  refused,
  dry,
}: {
  results: SimResult[];
  added: number;
  refused: number;
  dry: boolean;
}) {
  const notable = results.filter((result) => result.outcome === 'refused' || result.warnings.length > 0);
  const codes = results.filter((result) => result.registrationCode !== null);
  return (
    <div className="form">
      <Group gap="xs" role="status">
        <Badge tone="green">
          {count(added, 'SIM')} {dry ? 'can be added' : 'added'}
        </Badge>
        {refused > 0 && <Badge tone="red">{count(refused, 'line')} refused</Badge>}
        {!dry && codes.length > 0 && (
          <Button
            size="xs"
            variant="default"
            onClick={() =>
              saveText(
                'registration-codes.csv',
                toCsv(
                  ['ICCID', 'Registration code'],
                  codes.map(({ iccid, registrationCode }) => [iccid, registrationCode ?? '']),
                ),
              )
            }
          >
            Save the registration codes
          </Button>
        )}
      </Group>
      {notable.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1).
        <div className="outcome" tabIndex={0}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col" className="right">
                  Line
                </th>
                <th scope="col">ICCID</th>
                <th scope="col">What</th>
              </tr>
            </thead>
            <tbody>
              {notable.slice(0, 200).map((result) => (
                <tr key={result.line}>
                  <td className="right">{result.line}</td>
                  <td className="mono">{result.iccid}</td>
                  <td>{result.message ?? result.warnings.join(' ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Register() {
  const me = useMe();
  const navigate = useNavigate();
  const companies = useOptions('company', me.actor.companyId === null);
  const [iccid, setIccid] = useState('');
  const [code, setCode] = useState('');
  const [company, setCompany] = useState<string | null>(null);
  const run = useMutation({
    mutationFn: () =>
      registerByCode({
        iccid: iccid.replaceAll(/\s/g, ''),
        registrationCode: code.trim(),
        ...(company && { company }),
      }),
    onSuccess: (sim) => {
      tell('The SIM is registered.');
      for (const noun of ['sims', 'overview']) void queryClient.invalidateQueries({ queryKey: [noun] });
      void navigate({ to: '/sims/$id', params: { id: sim.id } });
    },
  });
  const errors = fieldErrors(run.error);
  function send(event: FormEvent): void {
    event.preventDefault();
    if (!run.isPending && iccid && code) run.mutate();
  }
  return (
    <form className="form" onSubmit={send} noValidate>
      <p className="ink2">Registering moves a SIM from stock into an account. Its code is printed with the card.</p>
      <TextInput
        label="ICCID"
        value={iccid}
        onChange={(event) => setIccid(event.currentTarget.value)}
        error={errors.iccid}
        classNames={{ input: 'mono' }}
        inputMode="numeric"
        autoComplete="off"
      />
      <TextInput
        label="Registration code"
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        error={errors.registrationCode}
        classNames={{ input: 'mono' }}
        autoComplete="off"
      />
      {me.actor.companyId === null && (
        <Select
          label="Into the account of"
          data={companies}
          value={company}
          onChange={setCompany}
          placeholder={me.organization.name}
          clearable
          searchable
        />
      )}
      <FormProblem error={run.error} />
      <Group justify="flex-end">
        <Button type="submit" loading={run.isPending} disabled={!iccid || !code}>
          Register
        </Button>
      </Group>
    </form>
  );
}
