import type { ReactNode } from 'react';
import { useSecond } from './time.tsx';

/** Draws its content anew every second. */
export function Ticking({ children }: { children: () => ReactNode }) {
  useSecond();
  return children();
}
