import { Button, Group } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { addCard, type Card, listCards, makeCardDefault, removeCard } from '../api/providers.ts';
import { useMay } from '../app/session.ts';
import { sentence } from '../format/words.ts';
import { useAction } from '../ui/actions.ts';
import { Badge } from '../ui/status.tsx';
import './payments.css';

/** How often a card that waits for its holder is read again. */
const waitingMs = 2_000;

/** The cards that are stored of an account: which one pays, another, none. */
export function AccountCards({ account }: { account: string }) {
  const may = useMay();
  const query = useQuery({
    queryKey: ['payment-methods', account],
    queryFn: () => listCards(account),
    enabled: may('payments.card.view'),
    refetchInterval: ({ state: { data } }) => (data?.items.some(waits) ? waitingMs : false),
  });
  const add = useAction(() => addCard(account), { changes: ['payment-methods'] });
  if (!query.data) return null;
  const { items } = query.data;
  return (
    <div className="form-part">
      <h3>Cards</h3>
      {items.length === 0 && (
        <p className="ink2">None. What refills itself, or is charged while nobody is there, needs one.</p>
      )}
      <ul className="cards">
        {items.map((card) => (
          <StoredCard key={card.id} card={card} edits={may('payments.card.edit')} />
        ))}
      </ul>
      {may('payments.card.edit') && (
        <div>
          <Button size="xs" variant="default" loading={add.isPending} onClick={() => add.mutate(undefined)}>
            Store a card
          </Button>
        </div>
      )}
    </div>
  );
}

const waits = ({ state }: Card) => state === 'created' || state === 'action_needed';

function StoredCard({ card, edits }: { card: Card; edits: boolean }) {
  const changes = ['payment-methods'];
  const prefer = useAction(() => makeCardDefault(card.id), { changes });
  const remove = useAction(() => removeCard(card.id), { changes, done: 'The card is removed.' });
  const name = card.last4 ? `${sentence(card.brand ?? '')} ···· ${card.last4}` : 'A card that is being stored';
  const until = card.expiryMonth ? `${String(card.expiryMonth).padStart(2, '0')}/${card.expiryYear}` : null;
  return (
    <li className="card">
      <span className="card-name">
        {name} {until && <span className="dim">until {until}</span>}
      </span>
      {card.default && card.state === 'active' && <Badge tone="green">Pays by itself</Badge>}
      {card.state === 'expired' && <Badge tone="amber">Expired</Badge>}
      {waits(card) && <Badge tone="amber">{card.actionUrl ? 'Waits for its holder' : 'Being asked for'}</Badge>}
      {card.lastDeclinedAt && card.state === 'active' && (
        <Badge tone="amber" title={`Declined last at ${card.lastDeclinedAt}`}>
          Was declined
        </Badge>
      )}
      {edits && (
        <Group gap={4}>
          {card.actionUrl && (
            <Button
              {...{ size: 'compact-xs', variant: 'default', component: 'a', href: card.actionUrl }}
              target="_blank"
              rel="noreferrer"
              rightSection={<IconExternalLink size={14} />}
            >
              Go on at the provider
            </Button>
          )}
          {!card.default && card.state === 'active' && (
            <Button
              size="compact-xs"
              variant="subtle"
              loading={prefer.isPending}
              onClick={() => prefer.mutate(undefined)}
            >
              Let it pay
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            color="red.8"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined)}
          >
            Remove
          </Button>
        </Group>
      )}
    </li>
  );
}
