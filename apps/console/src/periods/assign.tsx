import { FileInput, SegmentedControl, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type AskedOfLines,
  beginAssignment,
  beginAssignmentOfFile,
  type Lines,
  mostNamed,
  mostPreviewed,
  previewPlan,
  type SimFilter,
} from '../api/assignments.ts';
import type { PlanType } from '../api/plans.ts';
import { count } from '../format/words.ts';
import { fieldErrors, useAction } from '../ui/actions.ts';
import { FormProblem, SideForm } from '../ui/form.tsx';
import { isChosen, PlanAndPool, usePlans, When } from './choice.tsx';
import { ManyPreview } from './preview.tsx';
import './periods.css';

/** Whom it is for: SIMs that were selected, all that match, or those that somebody is about to name. */
export type Whom =
  | { kind: 'selected'; ids: string[] }
  | { kind: 'matching'; filter: SimFilter; sims: number }
  | { kind: 'named' };

/**
 * A plan for many SIMs, or the end of theirs: what would become of each is shown, and then an operation does it. More
 * than one preview can look at are looked at by the operation, before it waits for somebody to start it.
 */
export function Assign({
  whom,
  ends = false,
  plan = null,
  pool = null,
  only,
  onClose,
}: {
  whom: Whom;
  /** Their plan ends. */
  ends?: boolean;
  /** Chosen before. */
  plan?: string | null;
  pool?: string | null;
  /** Of plans, this type alone. */
  only?: PlanType | undefined;
  onClose: (begun: boolean) => void;
}) {
  const navigate = useNavigate();
  const plans = usePlans();
  const [asked, setAsked] = useState<AskedOfLines>({ plan, pool, effective: 'next_period' });
  const [names, setNames] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [from, setFrom] = useState<'list' | 'file'>('list');
  const [settled] = useDebouncedValue(names, 400);
  const typed = namesIn(settled);
  const lines = linesOf(whom, typed);
  const whole = ends || isChosen(asked, plans);
  const byFile = whom.kind === 'named' && from === 'file';
  const wanted: AskedOfLines = ends ? { ...asked, plan: null, pool: null } : asked;

  const preview = useQuery({
    queryKey: ['plan preview', wanted, lines],
    queryFn: ({ signal }) => previewPlan({ ...wanted, ...few(lines!) }, signal),
    enabled: whole && lines !== null && !byFile,
    staleTime: 10_000,
  });
  const found = preview.data;
  const all = whom.kind === 'matching' ? whom.sims : lines && 'sims' in lines ? lines.sims.length : 0;
  // Looked at to the last of them: then nothing is left to be shown before it begins.
  const seen = found !== undefined && !byFile && found.looked === found.matching && all <= mostPreviewed;
  const concerned = found?.effects.filter(({ effect }) => effect !== 'same').reduce((sum, { sims }) => sum + sims, 0);
  const begin = useAction(
    () => (byFile ? beginAssignmentOfFile(wanted, file!) : beginAssignment({ ...wanted, ...lines!, dryRun: !seen })),
    {
      changes: ['operations', 'sims', 'sim', 'plans', 'pool', 'pools', 'overview'],
      onDone: ({ id }) => {
        onClose(true);
        void navigate({ to: '/operations/$id', params: { id } });
      },
      quiet: true,
    },
  );
  const ready = whole && (byFile ? file !== null : lines !== null && found !== undefined && concerned !== 0);
  const verb = ends ? 'End the plan of' : 'Assign to';
  return (
    <SideForm
      title={titleOf(whom, ends)}
      submit={seen ? `${verb} ${count(concerned ?? 0, 'SIM')}` : 'Look at each SIM'}
      busy={begin.isPending}
      error={begin.error}
      onSubmit={() => begin.mutate()}
      onClose={() => onClose(false)}
      disabled={!ready}
    >
      {ends && <p>Their plan ends, and they are suspended. A prorated plan gives back the days that are left.</p>}
      {!ends && (
        <PlanAndPool
          plans={plans}
          asked={asked}
          // Who comes from a pool stays with it, whatever plan is tried.
          onChange={(change) => setAsked((before) => ({ ...before, ...change, ...(pool && { pool }) }))}
          only={only}
          errors={fieldErrors(preview.error ?? begin.error)}
        />
      )}
      <When value={asked.effective} onChange={(effective) => setAsked((before) => ({ ...before, effective }))} />
      {whom.kind === 'named' && (
        <>
          <SegmentedControl
            aria-label="Where the SIMs stand"
            value={from}
            onChange={(value) => setFrom(value as 'list' | 'file')}
            data={[
              { value: 'list', label: 'A list' },
              { value: 'file', label: 'A file' },
            ]}
          />
          {byFile ? (
            <FileInput
              label="CSV file"
              description="With a column iccid; other columns are passed over."
              placeholder="Choose a file"
              value={file}
              onChange={setFile}
              accept=".csv,.txt,text/csv"
              clearable
            />
          ) : (
            <Textarea
              label="ICCIDs"
              description={`One a line, or as they come; at most ${count(mostNamed, 'SIM')}. More are a file.`}
              value={names}
              onChange={(event) => setNames(event.currentTarget.value)}
              minRows={6}
              maxRows={14}
              classNames={{ input: 'mono' }}
              error={typed.length > mostNamed ? `These are ${count(typed.length, 'SIM')}.` : undefined}
            />
          )}
        </>
      )}
      {whole && !byFile && lines !== null && (
        <>
          <FormProblem error={preview.error} />
          {found ? <ManyPreview preview={found} /> : preview.isFetching && <p className="dim">Looking at the SIMs…</p>}
        </>
      )}
      {byFile && file && (
        <p className="dim">Every line of the file is looked at first. Nothing is done before you start it.</p>
      )}
    </SideForm>
  );
}

function titleOf(whom: Whom, ends: boolean): string {
  const what = ends ? 'End the plan of' : 'A plan for';
  switch (whom.kind) {
    case 'selected':
      return `${what} ${count(whom.ids.length, 'SIM')}`;
    case 'matching':
      return `${what} all ${count(whom.sims, 'SIM')} that match`;
    case 'named':
      return `${what} many SIMs`;
  }
}

function linesOf(whom: Whom, typed: string[]): Lines | null {
  switch (whom.kind) {
    case 'selected':
      return { sims: whom.ids };
    case 'matching':
      return { filter: whom.filter };
    case 'named':
      return typed.length === 0 || typed.length > mostNamed ? null : { sims: typed };
  }
}

/** As many as a preview looks at. */
function few(lines: Lines): Lines {
  return 'sims' in lines ? { sims: lines.sims.slice(0, mostPreviewed) } : lines;
}

/** ICCIDs in a text, each once. */
function namesIn(text: string): string[] {
  return [...new Set(text.match(/\d{18,20}/g) ?? [])];
}
