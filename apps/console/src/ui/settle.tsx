import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { FormProblem } from './form.tsx';

/** What `useAction` gives, as far as a button needs it. */
type Action<I> = { mutate: (input: I) => void; isPending: boolean; error: unknown };

/**
 * What somebody does with what could not be done by itself: it is tried once more, or put aside with a reason.
 *
 * @param aside null: it is put aside already
 */
export function Settle({ word, again, aside }: { word: string; again: Action<void>; aside: Action<string> | null }) {
  const [reason, setReason] = useState('');
  return (
    <section className="form-part">
      <h3>What to do with it</h3>
      <div>
        <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
          {word}
        </Button>
      </div>
      {aside && (
        <>
          <Textarea
            label="Or put it aside"
            description="Why nobody need look at it again."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            autosize
          />
          <div>
            <Button
              variant="default"
              disabled={reason.trim() === ''}
              loading={aside.isPending}
              onClick={() => aside.mutate(reason.trim())}
            >
              Put aside
            </Button>
          </div>
        </>
      )}
      <FormProblem error={again.error ?? aside?.error} />
    </section>
  );
}
