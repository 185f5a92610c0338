import type { RevenueMonth } from '../api/reports.ts';
import { exactMoney, money } from '../format/money.ts';
import { measures } from '../format/organization.ts';
import { Ago } from '../ui/time.tsx';
import { monthWords } from './words.ts';

/** Pixels of the month in which most was earned. */
const tallest = 110;

/** Months as bars, in the organization's currency; a margin is the darker part. The list below has the exact numbers. */
export function MonthBars({ months }: { months: readonly RevenueMonth[] }) {
  const { currency } = measures();
  const own = months.filter((one) => one.currency === currency);
  const most = Math.max(...own.map(({ net }) => Number(net)), 1e-9);
  const last = own.at(-1);
  if (!last) return null;
  const height = (amount: string) => Math.max(0, (Number(amount) / most) * tallest);
  return (
    <figure className="month-bars" aria-label={`Revenue of ${own.length} months in ${currency}`}>
      <ol>
        {own.map(({ month, net, margin }) => {
          const words = `${monthWords(month)}: ${exactMoney(net, currency)}${margin === null ? '' : `, margin ${exactMoney(margin, currency)}`}`;
          return (
            <li key={month} title={words} aria-label={words}>
              <span className="month-bar-value">{money(net, currency)}</span>
              <span className="month-bar" style={{ height: height(net) }}>
                {margin !== null && <span className="month-margin" style={{ height: height(margin) }} />}
              </span>
              <span className="month-bar-name">{monthWords(month).slice(0, 3)}</span>
            </li>
          );
        })}
      </ol>
      {last.countedAt && (
        <figcaption className="dim">
          {monthWords(last.month)} as counted <Ago at={last.countedAt} />
        </figcaption>
      )}
    </figure>
  );
}
