import { Link } from '@tanstack/react-router';
import type { Plan, PlanVersion, RatedZone } from '../api/plans.ts';
import { useMay } from '../app/session.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { type FactGroup, factsOf, placesInWords, placesOf } from './facts.ts';

const groups: { group: FactGroup; title: string }[] = [
  { group: 'price', title: 'Price' },
  { group: 'refills', title: 'Refills' },
  { group: 'rates', title: 'Rates' },
  { group: 'billing', title: 'Billing' },
];

/** Everything a version says, in words. */
export function VersionTerms({ plan, version }: { plan: Plan; version: PlanVersion }) {
  const facts = factsOf(plan.type, version);
  const changed = version.zones.filter((zone) => zone.changed);
  return (
    <div className="terms">
      {changed.length > 0 && <ChangedZones plan={plan} version={version} names={changed.map(({ name }) => name)} />}
      {groups.map(({ group, title }) => {
        const own = facts.filter((fact) => fact.group === group);
        if (own.length === 0) return null;
        return (
          <section key={group} className="terms-group">
            <h3>{title}</h3>
            <Facts>
              {own.map(({ name, value, none }) => (
                <Fact key={name} name={name}>
                  {none ? <None>{value}</None> : value}
                </Fact>
              ))}
            </Facts>
          </section>
        );
      })}
      {version.zones.length > 0 && <SavedZones zones={version.zones} />}
    </div>
  );
}

function SavedZones({ zones }: { zones: readonly RatedZone[] }) {
  return (
    <section className="terms-group">
      <h3>Zones as they were saved</h3>
      <Facts>
        {zones.map((zone) => (
          <Fact key={zone.id} name={zone.name}>
            <details className="zone-places">
              <summary>{placesInWords(zone)}</summary>
              <p>{placesOf(zone).join(', ')}</p>
            </details>
          </Fact>
        ))}
      </Facts>
    </section>
  );
}

/** A version never changes: what is in a zone today is charged by from the next version on. */
function ChangedZones({ plan, version, names }: { plan: Plan; version: PlanVersion; names: string[] }) {
  const may = useMay();
  const latest = version.version === plan.version.version;
  return (
    <p className="notice notice-amber">
      {names.length === 1 ? `The zone ${names[0]} has` : `The zones ${names.join(', ')} have`} changed since this
      version was saved. It goes on charging by what {names.length === 1 ? 'it was' : 'they were'}.{' '}
      {latest && may('catalog.plan.edit') && !plan.archivedAt && (
        <Link to="/plans/$id/change" params={{ id: plan.id }} className="link">
          Save a new version to take the change over
        </Link>
      )}
    </p>
  );
}
