import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listHeldUp } from '../api/billing.ts';
import { useMay } from '../app/session.ts';
import { monthName } from '../format/time.ts';
import { count } from '../format/words.ts';
import { Time } from '../ui/time.tsx';
import './billing.css';

/** Companies named one by one; the others are counted. */
const most = 5;

/** Who is not billed though the month is over, why, and where to look; nothing, while nobody is held up. */
export function HeldUp() {
  const query = useQuery({
    queryKey: ['pre-bills', 'held up'],
    queryFn: listHeldUp,
    enabled: useMay()('billing.pre_bill.view'),
  });
  const held = query.data?.items ?? [];
  if (held.length === 0) return null;
  return (
    <div className="notice notice-amber held-up" role="status">
      <strong>{count(held.length, 'account')} cannot be billed yet.</strong> A billing period has ended and did not roll
      over, so what follows it is not charged. It is tried again by itself, and billed as soon as it has.
      <ul>
        {held.slice(0, most).map(({ company, month, since }) => (
          <li key={`${company.id} ${month}`}>
            <Link to="/sims" search={{ company: company.id }} className="link">
              SIMs of {company.name}
            </Link>{' '}
            <span className="dim">
              {monthName(`${month}-15T00:00:00Z`, 'UTC')}, since <Time at={since} />
            </span>
          </li>
        ))}
      </ul>
      {held.length > most && <span className="dim">and {held.length - most} more</span>}
    </div>
  );
}
