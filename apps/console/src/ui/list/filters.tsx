import { Button, Checkbox, CloseButton, Menu, Popover, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { useKeys } from '../../app/keyboard.ts';
import { useAddress } from './state.ts';
import type { Filter, Option } from './types.ts';

/** The search of a list. It writes itself into the address; `/` brings the cursor here. */
export function SearchBox({ hint }: { hint: string }) {
  const [{ search = '' }, change] = useAddress();
  const [text, setText] = useState(search);
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(search);
  const send = useDebouncedCallback((value: string) => {
    sent.current = value.trim();
    change({ search: sent.current });
  }, 200);
  useKeys({ '/': () => input.current?.select() });
  useEffect(() => {
    // The address changed under us: a link, the back button.
    if (search !== sent.current) {
      sent.current = search;
      setText(search);
    }
  }, [search]);

  function set(value: string): void {
    setText(value);
    send(value);
  }
  return (
    <TextInput
      ref={input}
      className="list-search"
      type="search"
      placeholder={hint}
      aria-label={hint}
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (text === '') input.current?.blur();
        else set('');
      }}
      leftSection={<IconSearch size={16} />}
      rightSection={
        text === '' ? <kbd>/</kbd> : <CloseButton size="sm" aria-label="Clear the search" onClick={() => set('')} />
      }
      maxLength={100}
    />
  );
}

/** The filters that are on, as chips, and a way to add one. */
export function Filters({ filters }: { filters: readonly Filter[] }) {
  const [address, change] = useAddress();
  const [adding, setAdding] = useState<string | null>(null);
  const shown = filters.filter(({ name }) => address[name] !== undefined || adding === name);
  const rest = filters.filter((filter) => !shown.includes(filter));
  const any = shown.some(({ name }) => address[name] !== undefined);

  return (
    <div className="chips">
      {shown.map((filter) => (
        <Chip
          key={filter.name}
          filter={filter}
          value={address[filter.name] ?? null}
          opened={adding === filter.name}
          onOpen={(open) => setAdding(open ? filter.name : null)}
          onChange={(value) => change({ [filter.name]: value })}
        />
      ))}
      {rest.length > 0 && (
        <Menu position="bottom-start" width={200}>
          <Menu.Target>
            <Button variant="default" size="xs" className="chip-add" leftSection={<IconFilter size={14} />}>
              Filter
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map(({ name, label }) => (
              <Menu.Item key={name} onClick={() => setTimeout(() => setAdding(name))}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {any && (
        <Button
          variant="subtle"
          size="xs"
          color="gray"
          onClick={() => change(Object.fromEntries(filters.map(({ name }) => [name, null])))}
        >
          Clear
        </Button>
      )}
    </div>
  );
}

function Chip({
  filter,
  value,
  opened,
  onOpen,
  onChange,
}: {
  filter: Filter;
  value: string | null;
  opened: boolean;
  onOpen: (open: boolean) => void;
  onChange: (value: string | null) => void;
}) {
  const loaded = useQuery({
    queryKey: ['options', filter.name],
    queryFn: () => filter.load?.() ?? [],
    enabled: filter.load !== undefined,
  });
  const options = filter.options ?? loaded.data ?? [];
  const chosen = value === null ? [] : filter.kind === 'many' ? value.split(',') : [value];
  const words = chosen.map((one) => options.find((option) => option.value === one)?.label ?? one);

  function toggle(one: string): void {
    if (filter.kind === 'one') {
      onChange(one === value ? null : one);
      onOpen(false);
    } else {
      const next = chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];
      onChange(next.length === 0 ? null : next.join(','));
    }
  }

  return (
    <Popover opened={opened} onChange={onOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <span className="chip" data-set={value !== null || undefined}>
          <button type="button" className="chip-text" onClick={() => onOpen(!opened)} aria-expanded={opened}>
            <span>{filter.label}</span>
            {words.length > 0 && (
              <strong className="cut">{words.length > 2 ? `${words.length} values` : words.join(', ')}</strong>
            )}
          </button>
          <CloseButton
            size="xs"
            aria-label={`Remove the filter ${filter.label}`}
            onClick={() => {
              onChange(null);
              onOpen(false);
            }}
          />
        </span>
      </Popover.Target>
      <Popover.Dropdown className="chip-options" aria-label={filter.label}>
        {filter.kind === 'text' || filter.kind === 'day' ? (
          <TextChoice
            label={filter.label}
            day={filter.kind === 'day'}
            value={value ?? ''}
            onChange={(text) => {
              onChange(text === '' ? null : text);
              onOpen(false);
            }}
          />
        ) : (
          <Choices
            filter={filter}
            options={options}
            counts={filter.counts}
            chosen={chosen}
            loading={loaded.isLoading}
            onToggle={toggle}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({
  filter,
  options: all,
  counts,
  chosen,
  loading,
  onToggle,
}: {
  filter: Filter;
  options: readonly Option[];
  counts: ReadonlyMap<string, number> | undefined;
  chosen: string[];
  loading: boolean;
  onToggle: (value: string) => void;
}) {
  const ids = useId();
  const [part, setPart] = useState('');
  const known = counts && counts.size > 0;
  const share = (value: string) => counts?.get(value) ?? 0;
  const options = all.filter(({ label }) => label.toLowerCase().includes(part.trim().toLowerCase()));
  // What has the most comes first, where there is too much to read.
  if (all.length > manyOptions && known) options.sort((a, b) => share(b.value) - share(a.value));
  const narrow = all.length > manyOptions && (
    <TextInput
      size="xs"
      className="chip-narrow"
      placeholder="Type a part of the name"
      aria-label={`Narrow the values of ${filter.label}`}
      value={part}
      onChange={(event) => setPart(event.currentTarget.value)}
      data-autofocus
    />
  );
  // The name of a choice is its word; how many there are is its description, so that the name stays as the world moves.
  const counted = (value: string) => (known ? { 'aria-describedby': `${ids}-${value}` } : {});
  const tally = (value: string) =>
    known && (
      <span id={`${ids}-${value}`} className="chip-count dim">
        {new Intl.NumberFormat().format(share(value))}
      </span>
    );
  if (all.length === 0)
    return <div className="dim chip-none">{loading ? 'Loading' : 'There is nothing to choose'}</div>;
  if (filter.kind === 'many') {
    return options.map(({ value, label }) => (
      <Checkbox
        key={value}
        className="chip-option"
        aria-label={label}
        {...counted(value)}
        label={
          <>
            {label}
            {tally(value)}
          </>
        }
        checked={chosen.includes(value)}
        onChange={() => onToggle(value)}
      />
    ));
  }
  return (
    <>
      {narrow}
      {options.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          className="chip-option chip-one"
          aria-label={label}
          {...counted(value)}
          aria-pressed={chosen.includes(value)}
          onClick={() => onToggle(value)}
        >
          {label}
          {tally(value)}
        </button>
      ))}
    </>
  );
}

/** More values than this are narrowed by typing. */
const manyOptions = 12;

function TextChoice({
  label,
  value,
  day,
  onChange,
}: {
  label: string;
  value: string;
  day: boolean;
  onChange: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  return (
    <form
      className="chip-form"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <TextInput
        aria-label={label}
        type={day ? 'date' : 'text'}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={100}
        data-autofocus
      />
      <Button type="submit" size="sm">
        Apply
      </Button>
    </form>
  );
}
