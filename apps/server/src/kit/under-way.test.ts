import { expect, it } from 'vitest';
import { within } from './under-way.ts';

it('an answer that does not come in time is as if it had failed', async () => {
  await expect(within(20, new Promise(() => {}))).rejects.toThrow('no answer within 0.02 s');
  await expect(within(5_000, Promise.resolve('there'))).resolves.toBe('there');
  await expect(within(5_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
});
