import { Anchor, Button, Progress, Select } from '@mantine/core';
import { IconFileTypeCsv, IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { uploadSims } from '../api/operations.ts';
import { queryClient } from '../app/query.ts';
import { useMe } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { saveText } from '../ui/csv.ts';
import { FormProblem } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import './operations.css';

const example =
  'iccid,imsi,msisdn,note,labels\r\n8988303000000000018,901880000000001,+883130000000001,Sample,demo|sample\r\n';

const columnWords: [string, string][] = [
  ['iccid', 'needed: 18 to 20 digits, with its check digit or without'],
  ['imsi, msisdn, eid', 'the other identifiers, where they are known'],
  ['activation_code', 'of an eSIM: LPA:1$address$matching id'],
  ['form', 'physical or esim; esim where there is an EID or an activation code'],
  ['note', 'up to 4,000 characters'],
  ['labels', 'separated by a bar: fleet-a|spare'],
  ['registration_code', 'the code printed with the card; one is made where there is none'],
];

/** A file of SIMs goes up; what is in it is looked at on the operation's own page before anything is loaded. */
export function ImportPage() {
  const me = useMe();
  const navigate = useNavigate();
  const telecoms = useOptions('telecom');
  const companies = useOptions('company', me.actor.companyId === null);
  const [chosen, setChosen] = useState<string | null>(null);
  const telecom = chosen ?? (telecoms.length === 1 ? (telecoms[0]?.value ?? null) : null);
  const [company, setCompany] = useState<string | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const upload = useMutation({
    mutationFn: () => {
      stop.current = new AbortController();
      setSent(0);
      return uploadSims(file!, { telecom: telecom!, company }, setSent, stop.current.signal);
    },
    onSuccess: (operation) => {
      void queryClient.invalidateQueries({ queryKey: ['operations'] });
      void navigate({ to: '/operations/$id', params: { id: operation.id } });
    },
  });
  const stopped = upload.error instanceof DOMException;
  function take(next: File | null | undefined): void {
    if (!next || upload.isPending) return;
    setFile(next);
    upload.reset();
  }

  return (
    <>
      <PageHead title="Import SIMs" />
      <Body narrow>
        <Panel>
          <div className="form">
            <Drop file={file} onFile={take} />
            <div className="form-row">
              <Select
                label="Telecom"
                description="Who issued these SIMs."
                data={telecoms}
                value={telecom}
                onChange={setChosen}
                placeholder="Choose a telecom"
              />
              <Select
                label="Into the account of"
                description="Without a company they wait in stock."
                data={companies}
                value={company}
                onChange={setCompany}
                placeholder="Stock"
                clearable
                searchable
              />
            </div>
            {upload.isPending && (
              <div className="sending" role="status">
                <Progress value={sent * 100} aria-label="Sent" />
                <span>
                  {sent < 1 ? `Sending: ${Math.floor(sent * 100)} %` : 'Sent. It is being stored.'}{' '}
                  <button type="button" className="as-link" onClick={() => stop.current?.abort()}>
                    Stop
                  </button>
                </span>
              </div>
            )}
            {!stopped && <FormProblem error={upload.error} />}
            <div className="form-end">
              <span className="dim">Nothing is loaded yet: first every row is checked.</span>
              <Button
                disabled={!file || !telecom}
                loading={upload.isPending}
                onClick={() => upload.mutate()}
                leftSection={<IconUpload size={16} />}
              >
                Check this file
              </Button>
            </div>
          </div>
        </Panel>
        <Panel
          title="What a file looks like"
          aside={
            <Anchor component="button" type="button" size="sm" onClick={() => saveText('sims-example.csv', example)}>
              Save an example
            </Anchor>
          }
        >
          <p className="ink2">
            CSV of up to 2 GB with a header row: comma, semicolon, tab or bar between the cells; UTF-8, UTF-16 or
            Windows-1252. Columns that we do not know are passed over.
          </p>
          <dl className="column-words">
            {columnWords.map(([name, meaning]) => (
              <div key={name}>
                <dt className="mono">{name}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </Panel>
      </Body>
    </>
  );
}

function Drop({ file, onFile }: { file: File | null; onFile: (file: File | null | undefined) => void }) {
  const [over, setOver] = useState(false);
  const drag = (on: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(on);
  };
  return (
    <label
      className="drop"
      data-over={over || undefined}
      data-full={file ? true : undefined}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFile(event.dataTransfer.files[0]);
      }}
    >
      <input
        type="file"
        className="drop-input"
        accept=".csv,.txt,.tsv,text/csv,text/plain,text/tab-separated-values"
        onChange={(event) => onFile(event.currentTarget.files?.[0])}
      />
      <IconFileTypeCsv size={28} stroke={1.5} aria-hidden />
      {file ? (
        <>
          <span className="strong drop-name">{file.name}</span>
          <span className="dim">{bytes(String(file.size))}. Click to choose another one.</span>
        </>
      ) : (
        <>
          <span className="strong">Drop a CSV file here, or click to choose one</span>
          <span className="dim">One SIM a row; an ICCID is enough.</span>
        </>
      )}
    </label>
  );
}
