import { Select } from '@mantine/core';
import { useState } from 'react';
import type { Plan, PlanVersion } from '../api/plans.ts';
import { useAddress } from '../ui/list/state.ts';
import { None, Panel } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { differences } from './facts.ts';
import { priceInWords } from './price.ts';

type Props = { plan: Plan; versions: readonly PlanVersion[]; chosen: PlanVersion };

/** The editions of a plan, newest first; the address says which one is shown. */
export function Versions({ plan, versions, chosen }: Props) {
  const [, change] = useAddress();
  return (
    <Panel title="Versions" flush>
      <ul className="versions">
        {versions.map((version) => (
          <li key={version.id}>
            <button
              type="button"
              className="version"
              aria-pressed={version.version === chosen.version}
              onClick={() =>
                change({ version: version.version === plan.version.version ? null : String(version.version) })
              }
            >
              <span className="strong">Version {version.version}</span>
              <span className="dim">
                <Time at={version.createdAt} />
              </span>
              <span className="ink2">{priceInWords(plan.type, version)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** What the version on show says differently from another one, the one before it unless somebody chooses. */
export function Changes({ plan, versions, chosen }: Props) {
  const [with_, setWith] = useState<number | null>(null);
  const others = versions.filter(({ version }) => version !== chosen.version);
  const other =
    others.find(({ version }) => version === with_) ??
    others.find(({ version }) => version === chosen.version - 1) ??
    others[0]!;
  const found = differences(plan.type, other, chosen);
  return (
    <Panel
      title={`What version ${chosen.version} says differently`}
      aside={
        <Select
          aria-label="Compared with"
          size="xs"
          w={148}
          data={others.map(({ version }) => ({ value: String(version), label: `than version ${version}` }))}
          value={String(other.version)}
          onChange={(value) => setWith(Number(value))}
          allowDeselect={false}
        />
      }
    >
      {found.length === 0 ? (
        <p className="dim">Nothing: both say the same.</p>
      ) : (
        <table className="plain-table stacked">
          <thead>
            <tr>
              <th>What</th>
              <th>Version {other.version}</th>
              <th>Version {chosen.version}</th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ name, before, after }) => (
              <tr key={name}>
                <td>{name}</td>
                <td data-label={`Version ${other.version}`} className="ink2">
                  {before ?? <None>not there</None>}
                </td>
                <td data-label={`Version ${chosen.version}`}>{after ?? <None>not there</None>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
