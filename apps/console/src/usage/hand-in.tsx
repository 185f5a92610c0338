import { FileInput, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { uploadDayTotals } from '../api/corrections.ts';
import { queryClient } from '../app/query.ts';
import { measures } from '../format/organization.ts';
import { timeZones } from '../tenancy/time-zones.ts';
import { fieldErrors } from '../ui/actions.ts';
import { saveText } from '../ui/csv.ts';
import { SideForm } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';

const example =
  'line,day,service,bytes_up,bytes_down,units\r\n8988303000000000018,2026-03-29,data,1200000,8800000,\r\n8988303000000000018,2026-03-29,sms,,,3\r\n';

/** A file of daily totals goes up; every row is looked at on the operation's page before anything is booked. */
export function HandIn({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const telecoms = useOptions('telecom');
  const [file, setFile] = useState<File | null>(null);
  const [source, setSource] = useState('carrier');
  const [timeZone, setTimeZone] = useState(measures().timeZone);
  const [telecom, setTelecom] = useState<string | null>(null);
  const upload = useMutation({
    mutationFn: () => uploadDayTotals(file!, { source: source.trim(), timeZone, telecom }),
    onSuccess: (operation) => {
      void queryClient.invalidateQueries({ queryKey: ['operations'] });
      void navigate({ to: '/operations/$id', params: { id: operation.id } });
    },
  });
  const errors = fieldErrors(upload.error);
  return (
    <SideForm
      title="Hand in daily totals"
      submit="Check this file"
      busy={upload.isPending}
      error={upload.error}
      onSubmit={() => upload.mutate()}
      onClose={onClose}
      disabled={!file || source.trim() === ''}
    >
      <p className="ink2">
        What a carrier says each SIM used on a day. What differs from what is booked, from whatever source, is booked
        once; equal totals book nothing. Every row is checked before anything is.
      </p>
      <FileInput
        label="File"
        description={
          <>
            CSV with <span className="mono">line, day</span> and any of{' '}
            <span className="mono">service, bytes_up, bytes_down, units</span>.{' '}
            <button type="button" className="as-link" onClick={() => saveText('daily-totals-example.csv', example)}>
              Save an example
            </button>
          </>
        }
        placeholder="Choose a CSV file"
        accept=".csv,text/csv"
        value={file}
        onChange={setFile}
        clearable
      />
      <Select
        label="Time zone of the carrier’s days"
        data={timeZones()}
        value={timeZone}
        onChange={(value) => value && setTimeZone(value)}
        error={errors.timeZone}
        searchable
        limit={50}
        allowDeselect={false}
      />
      <TextInput
        label="From"
        description="Whose totals these are. A later total of the same source takes the place of an earlier one."
        value={source}
        onChange={(event) => setSource(event.currentTarget.value)}
        error={errors.source}
        maxLength={64}
      />
      <Select
        label="Telecom"
        description="Needed where the file names IMSIs."
        data={telecoms}
        value={telecom}
        onChange={setTelecom}
        placeholder="None"
        clearable
      />
    </SideForm>
  );
}
