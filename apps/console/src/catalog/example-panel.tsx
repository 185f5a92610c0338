import { Select, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { PlanTerms, PlanType } from '../api/plans.ts';
import { money } from '../format/money.ts';
import type { Option } from '../ui/list/types.ts';
import { Panel } from '../ui/page.tsx';
import { example, type Use } from './example.ts';
import { ratesOf } from './pricing.ts';

/** What a customer would pay for a month on these terms, worked out as they are written. */
export function ExamplePanel({
  type,
  terms,
  unitBase,
  zones,
}: {
  type: PlanType;
  terms: PlanTerms;
  unitBase: 1000 | 1024;
  /** Names of the zones that the rates may name. */
  zones: readonly Option[];
}) {
  const [mb, setMb] = useState('1300');
  const [messages, setMessages] = useState('20');
  const [minutes, setMinutes] = useState('10');
  const [zone, setZone] = useState<string | null>(null);
  const slider = useId();
  const rates = ratesOf(terms);
  const priced = (service: string) => rates.some((rate) => rate.service === service);
  const named = [...new Set(rates.flatMap((rate) => rate.zone ?? []))];
  const places = zones.filter(({ value }) => named.includes(value));
  const place = places.find(({ value }) => value === zone);
  const use: Use = {
    mb,
    messages: priced('sms') ? messages : '',
    minutes: priced('voice') ? minutes : '',
    zone: place ? { id: place.value, name: place.label } : null,
  };
  const worked = example(type, terms, use, unitBase);
  const most = slideTo(type, terms);
  return (
    <Panel title="What a customer pays" aside={type === 'prepaid' ? 'for its data' : 'for a month'}>
      <div className="example">
        <div className="example-data">
          <label htmlFor={slider}>Data</label>
          <input
            id={slider}
            type="range"
            min={0}
            max={most}
            step={Math.max(1, Math.round(most / 200))}
            value={Math.min(Number(mb.replace(',', '.')) || 0, most)}
            onChange={(event) => setMb(event.currentTarget.value)}
          />
          <TextInput
            aria-label="Data used, in MB"
            value={mb}
            onChange={(event) => setMb(event.currentTarget.value)}
            rightSection={<span className="dim">MB</span>}
            rightSectionWidth={36}
            inputMode="decimal"
            size="xs"
            maxLength={12}
          />
        </div>
        {(priced('sms') || priced('voice') || places.length > 0) && (
          <div className="example-more">
            {priced('sms') && <Count label="Messages" value={messages} onChange={setMessages} />}
            {priced('voice') && <Count label="Minutes" value={minutes} onChange={setMinutes} />}
            {places.length > 0 && (
              <Select
                label="Where"
                size="xs"
                data={[{ value: '', label: 'Everywhere else' }, ...places]}
                value={place?.value ?? ''}
                onChange={setZone}
                allowDeselect={false}
              />
            )}
          </div>
        )}
        {worked ? (
          <div aria-live="polite">
            <p className="example-total">
              <span className="ink2">A customer who uses {worked.uses} pays</span>{' '}
              <span className="example-amount">{money(worked.total, terms.currency)}</span>
            </p>
            <table className="example-lines">
              <tbody>
                {worked.lines.map((line) => (
                  <tr key={line.what}>
                    <td>{line.what}</td>
                    <td className="right nowrap">{money(line.amount, terms.currency)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {worked.notes.map((note) => (
              <p key={note} className="dim example-note">
                {note}
              </p>
            ))}
          </div>
        ) : (
          <p className="dim">Fill in prices and sizes as plain numbers, like 2.00, to see it.</p>
        )}
      </div>
    </Panel>
  );
}

function Count({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <TextInput
      label={label}
      size="xs"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.replace(/\D/g, ''))}
      inputMode="numeric"
      maxLength={7}
    />
  );
}

/** As far as the slider goes: some way past what changes the price. */
function slideTo(type: PlanType, terms: PlanTerms): number {
  const sizes = [
    Number(terms.allowanceMb ?? 0) * 2.5,
    ...terms.refills.map(({ mb }) => Number(mb) * 3),
    Number(terms.fairUseMb ?? 0) * 1.5,
    ...(terms.tiers ?? []).map(({ upToMb }) => Number(upToMb ?? 0) * 2),
  ].filter(Number.isFinite);
  return Math.max(type === 'unlimited' ? 20_000 : 2000, ...sizes);
}
