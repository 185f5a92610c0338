import { Button, Drawer, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getLetter, type LetterDetail, sendLetter } from '../api/mail.ts';
import { useMay } from '../app/session.ts';
import { bytes } from '../format/bytes.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Fact, Facts } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { Badge } from '../ui/status.tsx';
import { Ago, Time } from '../ui/time.tsx';
import { aboutLetter, kindWord, letterAnswer, letterStates } from './words.ts';

/** How often what waits for its next try is read again. */
const waitingMs = 3_000;

/** One letter: to whom, what it says, what the mail server thought of it, and the way to send it. */
export function LetterPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['letters', 'one', id],
    queryFn: () => getLetter(id),
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? waitingMs : false),
  });
  return (
    <Drawer opened onClose={onClose} title="Letter" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {query.data ? <Detail letter={query.data} /> : <Pending query={query} lines={8} />}
    </Drawer>
  );
}

function Detail({ letter }: { letter: LetterDetail }) {
  const may = useMay();
  const { state, about, attachments } = letter;
  const what = aboutLetter(about);
  const send = useAction(() => sendLetter(letter.id), { changes: ['letters'], done: 'It is being sent.' });
  return (
    <div className="form">
      {state === 'failed' && (
        <p className="notice notice-red break">
          <strong>Given up.</strong> {letterAnswer(letter)}
        </p>
      )}
      {state === 'held' && (
        <p className="notice notice-amber">
          <strong>Not sent: no mail server is set.</strong> Whoever runs the instance sets SMTP_URL and MAIL_FROM; then
          it can be sent from here.
        </p>
      )}
      <Facts>
        <Fact name="State">
          <Badge tone={letterStates[state].tone}>{letterStates[state].word}</Badge>
        </Fact>
        <Fact name="To">
          {letter.toName && `${letter.toName}, `}
          <Copy text={letter.to} label="address" />
        </Fact>
        <Fact name="Subject">{letter.subject}</Fact>
        <Fact name="Kind">{kindWord(letter.kind)}</Fact>
        {about && (
          <Fact name="About">
            {what ? (
              <Link to={what.to as '/'} search={what.search} className="link">
                {what.word} <span className="mono">{about}</span>
              </Link>
            ) : (
              <Copy text={about} label="id" />
            )}
          </Fact>
        )}
        <Fact name="Written">
          <Time at={letter.createdAt} />
        </Fact>
        {letter.nextAttemptAt && (
          <Fact name="Next try">
            <Ago at={letter.nextAttemptAt} />
          </Fact>
        )}
        {letter.settledAt && state !== 'held' && (
          <Fact name={state === 'sent' ? 'Sent' : 'Given up'}>
            <Time at={letter.settledAt} />
          </Fact>
        )}
        {state !== 'held' && letter.lastAnswer && <Fact name="Server">{letter.lastAnswer}</Fact>}
      </Facts>
      {state !== 'waiting' && may('mail.letter.send') && (
        <Group>
          <Button variant="default" loading={send.isPending} onClick={() => send.mutate(undefined)}>
            {state === 'sent' ? 'Send again' : 'Send'}
          </Button>
        </Group>
      )}
      {attachments.length > 0 && (
        <section className="form-part">
          <h3>With it</h3>
          <ul className="letter-enclosed">
            {attachments.map(({ name, bytes: size }) => (
              <li key={name}>
                {name} <span className="dim">{bytes(size)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="form-part">
        <h3>What it says</h3>
        {letter.text === null ? (
          <p className="dim">It holds a link that signs somebody in, so nobody else reads it.</p>
        ) : (
          <pre className="letter-text">{letter.text}</pre>
        )}
      </section>
    </div>
  );
}
