import { type Letter, listLetters } from '../api/mail.ts';
import { number } from '../format/words.ts';
import { List } from '../ui/list/list.tsx';
import { oneOf, timeColumn } from '../ui/list/parts.tsx';
import { useAddress } from '../ui/list/state.ts';
import type { Column, Filter } from '../ui/list/types.ts';
import { None } from '../ui/page.tsx';
import { Empty } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { LetterPanel } from './letter.tsx';
import { kindWord, letterAnswer, letterStates } from './words.ts';
import './mail.css';

const columns: readonly Column<Letter>[] = [
  {
    id: 'subject',
    label: 'Subject',
    width: 280,
    priority: 0,
    phone: 'title',
    cell: (letter) => (
      <span className="one-line" title={letter.subject}>
        {letter.subject}
      </span>
    ),
    csv: (letter) => letter.subject,
  },
  {
    id: 'state',
    label: 'State',
    width: 112,
    priority: 0,
    phone: 'side',
    cell: (letter) => <Badge tone={letterStates[letter.state].tone}>{letterStates[letter.state].word}</Badge>,
    csv: (letter) => letter.state,
  },
  {
    id: 'to',
    label: 'To',
    width: 240,
    priority: 1,
    phone: 'bare',
    cell: (letter) => (
      <span className="one-line" title={letter.to}>
        {letter.toName ? `${letter.toName}, ${letter.to}` : letter.to}
      </span>
    ),
    csv: (letter) => letter.to,
  },
  {
    id: 'kind',
    label: 'Kind',
    width: 120,
    priority: 4,
    phone: 'none',
    cell: (letter) => kindWord(letter.kind),
    csv: (letter) => letter.kind,
  },
  {
    id: 'answer',
    label: 'Last answer',
    width: 240,
    priority: 3,
    phone: 'none',
    cell: (letter) => {
      const words = letterAnswer(letter);
      return words ? (
        <span className="one-line" title={words}>
          {words}
        </span>
      ) : (
        <None>none yet</None>
      );
    },
    csv: letterAnswer,
  },
  {
    id: 'tries',
    label: 'Tries',
    width: 64,
    align: 'right',
    priority: 5,
    phone: 'none',
    cell: (letter) => number(letter.attempts),
    csv: (letter) => String(letter.attempts),
  },
  timeColumn('created', 'Written', (letter) => letter.createdAt, { align: 'right', priority: 2, phone: 'bare' }),
];

const filters: readonly Filter[] = [
  oneOf('state', 'State', letterStates),
  { name: 'about', label: 'About (id)', kind: 'text' },
];

const letterId = (letter: Letter) => letter.id;
const letterName = (letter: Letter) => `the letter to ${letter.to}`;

/** Every letter that went out by mail, waits for that, or was kept because there is no mail server. */
export function LettersPage() {
  const [{ open }, change] = useAddress();
  return (
    <>
      <List
        noun="letters"
        title="Letters"
        columns={columns}
        list={listLetters}
        id={letterId}
        name={letterName}
        onOpen={(letter) => change({ open: letter.id }, true)}
        searchHint="Search by address, name or subject"
        filters={filters}
        empty={
          <Empty title="Nothing was written yet">
            Sign-in links, receipts, invoices and reminders go out by mail and are kept here for ninety days. Without a
            mail server (SMTP_URL and MAIL_FROM) they are written all the same, and can be sent once there is one.
          </Empty>
        }
      />
      {open && <LetterPanel id={open} onClose={() => change({ open: null })} />}
    </>
  );
}
