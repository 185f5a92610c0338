import { ActionIcon, Button, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { PlanType, Service } from '../api/plans.ts';
import type { Option } from '../ui/list/types.ts';
import { serviceWords } from './example.ts';
import { newRate, openSteps, type RateFields } from './fields.ts';
import { NumberField } from './input.tsx';
import { soldBy } from './kinds.ts';
import { Steps } from './steps.tsx';

const units: Record<Service, { one: string; many: string; counted: string }> = {
  data: { one: 'MB', many: 'MB', counted: 'bytes' },
  sms: { one: 'message', many: 'messages', counted: 'messages' },
  voice: { one: 'minute', many: 'minutes', counted: 's' },
};

const models = (service: Service): { value: RateFields['model']; label: string }[] => [
  { value: 'per_unit', label: `Each ${units[service].one}` },
  { value: 'graduated', label: 'In slices' },
  { value: 'volume', label: 'By the total' },
  { value: 'package', label: 'In packages' },
  { value: 'flat', label: 'Once a month' },
];
/** What the word for a price model does not say by itself. */
const modelWords: Partial<Record<RateFields['model'], string>> = {
  graduated: 'Each slice of the month’s total at its own price.',
  volume: 'The whole total of the month at the price of the step that it reaches.',
  package: 'Every started package counts.',
  flat: 'As soon as anything is used in a month.',
};
const mostRates = 100;

/** The rates beside the default ones, a row each: what, where, how and how much. */
export function RatesEditor({
  type,
  rates,
  currency,
  zones,
  onChange,
  onNewZone,
  wrong,
}: {
  type: PlanType;
  rates: readonly RateFields[];
  currency: string;
  zones: readonly Option[];
  onChange: (rates: RateFields[]) => void;
  /** Absent: this person makes no zones. */
  onNewZone?: (() => void) | undefined;
  wrong: (place: string) => string | undefined;
}) {
  const services: Service[] = soldBy(type, 'data') ? ['data', 'sms', 'voice'] : ['sms', 'voice'];
  const change = (at: number, rate: Partial<RateFields>) =>
    onChange(rates.map((one, i) => (i === at ? { ...one, ...rate } : one)));
  function add(): void {
    const service = rates.at(-1)?.service ?? services[0]!;
    const taken = rates.filter((rate) => rate.service === service).map((rate) => rate.zone);
    onChange([...rates, newRate(service, zones.find(({ value }) => !taken.includes(value))?.value ?? '')]);
  }
  return (
    <div className="rates">
      {rates.map((rate, i) => (
        <RateRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a rate is its place.
          key={i}
          rate={rate}
          services={services}
          zones={zones}
          currency={currency}
          onChange={(changed) => change(i, changed)}
          onRemove={() => onChange(rates.filter((_, at) => at !== i))}
          wrong={(place) => wrong(`rates[${i}].${place}`)}
        />
      ))}
      <div className="rates-more">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={add}
          disabled={rates.length >= mostRates}
        >
          Add a rate
        </Button>
        {onNewZone && (
          <Button size="xs" variant="subtle" onClick={onNewZone}>
            New zone
          </Button>
        )}
      </div>
    </div>
  );
}

function RateRow({
  rate,
  services,
  zones,
  currency,
  onChange,
  onRemove,
  wrong,
}: {
  rate: RateFields;
  services: readonly Service[];
  zones: readonly Option[];
  currency: string;
  onChange: (change: Partial<RateFields>) => void;
  onRemove: () => void;
  wrong: (place: string) => string | undefined;
}) {
  const { service, model } = rate;
  const unit = units[service];
  const stepped = model === 'graduated' || model === 'volume';
  return (
    <div className="rate">
      <Select
        label="What"
        data={services.map((value) => ({ value, label: serviceWords[value] }))}
        value={service}
        onChange={(value) => value && onChange({ service: value as Service })}
        error={wrong('service')}
        allowDeselect={false}
      />
      <Select
        label="Where"
        data={[...zones, { value: '', label: 'Everywhere else' }]}
        value={rate.zone}
        onChange={(value) => onChange({ zone: value ?? '' })}
        error={wrong('zone')}
        allowDeselect={false}
        searchable
        limit={100}
      />
      <Select
        label="Priced"
        data={models(service)}
        value={model}
        onChange={(value) => value && onChange({ model: value as RateFields['model'], steps: openSteps })}
        allowDeselect={false}
      />
      {!stepped && (
        <NumberField
          label={model === 'per_unit' ? `Price per ${unit.one}` : model === 'flat' ? 'Price a month' : 'Price of one'}
          value={rate.price}
          onValue={(price) => onChange({ price })}
          error={wrong(model === 'flat' ? 'amount' : 'price')}
          unit={currency}
        />
      )}
      {model === 'package' && (
        <NumberField
          label="Size of one"
          value={rate.size}
          onValue={(size) => onChange({ size })}
          error={wrong('size')}
          unit={unit.many}
          whole
        />
      )}
      {model !== 'package' && model !== 'flat' && (
        <NumberField
          label="Rounded up to"
          value={rate.increment}
          onValue={(increment) => onChange({ increment })}
          error={wrong('increment')}
          unit={unit.counted}
          placeholder="exact"
          whole
        />
      )}
      <ActionIcon className="rate-remove" aria-label="Remove this rate" onClick={onRemove}>
        <IconTrash size={16} />
      </ActionIcon>
      {modelWords[model] && <p className="rate-words dim">{modelWords[model]}</p>}
      {stepped && (
        <div className="rate-steps">
          <Steps
            steps={rate.steps}
            onChange={(steps) => onChange({ steps })}
            unit={unit.many}
            per={unit.one}
            currency={currency}
            wrong={(place) => wrong(`steps${place}`)}
          />
        </div>
      )}
    </div>
  );
}
