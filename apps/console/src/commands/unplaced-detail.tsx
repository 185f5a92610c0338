import { Button, Drawer, Group } from '@mantine/core';
import { useState } from 'react';
import { replayUnplaced, type Unplaced } from '../api/commands.ts';
import { useMay } from '../app/session.ts';
import { useAction } from '../ui/actions.ts';
import { Copy } from '../ui/copy.tsx';
import { Json } from '../ui/json.tsx';
import { useAddress } from '../ui/list/state.ts';
import { Fact, Facts, None } from '../ui/page.tsx';
import { Badge } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { canFit, Dismiss, placedWords, unplacedChanges } from './unplaced-actions.tsx';
import { kindWords, unplacedReasons, unplacedStates } from './words.ts';

/** One message that fitted nothing: what it says, and what can be done. */
export function UnplacedDetail({
  row,
  telecom,
  onClose,
}: {
  row: Unplaced;
  telecom: string | undefined;
  onClose: () => void;
}) {
  const may = useMay();
  const [, change] = useAddress();
  const [dismissing, setDismissing] = useState(false);
  const place = useAction(() => replayUnplaced({ ids: [row.id] }), {
    changes: unplacedChanges,
    done: placedWords,
    onDone: onClose,
  });
  const { title, text } = unplacedReasons[row.reason];
  const { command } = row;
  const words = row.kind === 'text' ? wordsOf(row.body) : null;
  return (
    <Drawer opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className="form">
        {words && (
          <blockquote className="words" data-direction="from_sim">
            {words}
          </blockquote>
        )}
        <p>{text}</p>
        {row.detail && <p className="notice notice-amber break">{row.detail}</p>}
        <Facts>
          <Fact name="State">
            <Badge tone={unplacedStates[row.state].tone}>{unplacedStates[row.state].word}</Badge>
          </Fact>
          <Fact name="Message">{kindWords[row.kind]}</Fact>
          <Fact name="It names">
            {row.about ? <Copy text={row.about} label="name" /> : <None>nothing readable</None>}
          </Fact>
          <Fact name="Telecom">{telecom ?? <None>unknown</None>}</Fact>
          <Fact name="Its key">
            {row.key.startsWith('sha256:') ? <None>none of its own</None> : <span className="mono">{row.key}</span>}
          </Fact>
          <Fact name="Came in">
            <Time at={row.receivedAt} />
          </Fact>
          {row.settledAt && (
            <Fact name={unplacedStates[row.state].word}>
              <Time at={row.settledAt} /> by {row.settledBy}
            </Fact>
          )}
          {command && (
            <Fact name="Text">
              <button type="button" className="as-link" onClick={() => change({ show: null, open: command })}>
                Open the text
              </button>
            </Fact>
          )}
        </Facts>
        <Body text={row.body} />
        {row.state === 'open' && may('commands.sms.place') && (
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={() => setDismissing(true)}>
              Dismiss
            </Button>
            {canFit(row.reason) && (
              <Button loading={place.isPending} onClick={() => place.mutate()}>
                Place
              </Button>
            )}
          </Group>
        )}
      </div>
      {dismissing && <Dismiss ids={[row.id]} onClose={() => setDismissing(false)} onDone={onClose} />}
    </Drawer>
  );
}

/** What the device wrote. */
function wordsOf(body: string): string | null {
  try {
    const { text } = JSON.parse(body) as { text?: unknown };
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

/** As it came, set out where it is JSON. */
function Body({ text }: { text: string }) {
  try {
    return <Json value={JSON.parse(text)} />;
  } catch {
    return <pre className="json mono">{text}</pre>;
  }
}
