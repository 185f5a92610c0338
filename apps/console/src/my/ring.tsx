import type { ReactNode } from 'react';
import { share } from './format.ts';
import { useSpoken } from './words.ts';

const radius = 52;
const around = 2 * Math.PI * radius;
/** From so little on it asks for attention. */
const little = 0.15;

/** Data left, as a ring of what was bought. The words say the same to whoever does not see it. */
export function Ring({ left, bought, days }: { left: string | null; bought: string | null; days: ReactNode }) {
  const { words, format } = useSpoken();
  const rest = left === null ? null : left.startsWith('-') ? '0' : left;
  const part = rest === null || bought === null ? 1 : share(rest, bought);
  const tone = rest === null ? 'plain' : part === 0 ? 'empty' : part < little ? 'little' : 'enough';
  const said =
    rest === null
      ? words.sim.unlimited
      : bought === null || bought === '0'
        ? `${format.bytes(rest)} ${words.sim.left}`
        : words.sim.leftOf(format.bytes(rest), format.bytes(bought));
  return (
    <div className="ring-box">
      <div className="ring">
        <svg viewBox="0 0 120 120" role="img" aria-label={said}>
          <circle className="ring-track" cx="60" cy="60" r={radius} />
          <circle
            className={`ring-part ${tone}`}
            cx="60"
            cy="60"
            r={radius}
            strokeDasharray={`${part * around} ${around}`}
            transform="rotate(-90 60 60)"
          />
        </svg>
        <div className="ring-words" aria-hidden="true">
          <strong className="figures">{rest === null ? '∞' : format.bytesShort(rest)}</strong>
          <span>
            {rest === null
              ? words.sim.unlimited
              : bought === null || bought === '0'
                ? words.sim.left
                : words.sim.of(format.bytes(bought))}
          </span>
        </div>
      </div>
      <p className="ring-days">{days}</p>
    </div>
  );
}
