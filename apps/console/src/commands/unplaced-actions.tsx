import { dismissUnplaced } from '../api/commands.ts';
import { count } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Dialog } from '../ui/form.tsx';

/** What an action on unplaced messages makes old. */
export const unplacedChanges = ['unplaced', 'messages', 'sim'];
/** What is not one message, or cannot be read, fits nothing whatever SIMs there are. */
export const canFit = (reason: string) => reason !== 'unreadable' && reason !== 'not_one_message';
export const placedWords = ({ placed, kept }: { placed: number; kept: number }) =>
  kept === 0
    ? `${count(placed, 'message')} placed.`
    : `${count(placed, 'message')} placed; ${count(kept, 'still fits', 'still fit')} nothing.`;

export function Dismiss({ ids, onClose, onDone }: { ids: string[]; onClose: () => void; onDone: () => void }) {
  const dismiss = useAction(() => dismissUnplaced(ids), {
    changes: unplacedChanges,
    done: ({ dismissed }) => `${count(dismissed, 'message')} dismissed.`,
    onDone: () => {
      onClose();
      onDone();
    },
    quiet: true,
  });
  return (
    <Dialog
      title={`Dismiss ${count(ids.length, 'message')}`}
      submit="Dismiss"
      busy={dismiss.isPending}
      error={dismiss.error}
      onSubmit={() => dismiss.mutate()}
      onClose={onClose}
      danger
    >
      <p>
        {ids.length === 1 ? 'It' : 'They'} will never be placed, also when the telecom sends{' '}
        {ids.length === 1 ? 'it' : 'them'} again. What came stays on record, with who dismissed it.
      </p>
    </Dialog>
  );
}
