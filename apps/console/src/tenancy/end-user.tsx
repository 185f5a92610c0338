import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  createEndUser,
  type EndUser,
  type HandedLink,
  inviteEndUser,
  lookAsEndUser,
  updateEndUser,
} from '../api/people.ts';
import { useMay, useMe } from '../app/session.ts';
import { CompanyWallet } from '../ledger/company-wallet.tsx';
import { tellProblem, useAction, useForm } from '../ui/actions.ts';
import { SideForm } from '../ui/form.tsx';
import { useOptions } from '../ui/options.ts';
import { Handed } from './handed.tsx';

/** An end user: who they are, their wallet, and the ways in. */
export function EndUserForm({ user, onClose }: { user: EndUser | null; onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const companies = useOptions('company', user === null && may('tenancy.company.view'));
  const [company, setCompany] = useState<string | null>(me.actor.companyId);
  const save = useAction(
    (input: { name: string; email: string }) =>
      user
        ? updateEndUser(user.id, { email: input.email, name: input.name || null })
        : createEndUser({ companyId: company!, email: input.email, ...(input.name && { name: input.name }) }),
    { changes: ['end users', 'options'], done: 'It is saved.', onDone: onClose, quiet: true },
  );
  const { values, text } = useForm({ name: user?.name ?? '', email: user?.email ?? '' }, save.error);
  return (
    <SideForm
      title={user ? (user.name ?? user.email) : 'New end user'}
      submit={user ? 'Save' : 'Create end user'}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate({ name: values.name.trim(), email: values.email.trim() })}
      onClose={onClose}
      disabled={values.email.trim() === '' || (user ? !may('tenancy.end_user.edit') : company === null)}
    >
      {!user && me.actor.companyId === null && (
        <Select label="Company" data={companies} value={company} onChange={setCompany} searchable data-autofocus />
      )}
      <TextInput label="Name" {...text('name')} maxLength={200} />
      <TextInput
        label="Email"
        description="Where sign-in links and receipts go."
        type="email"
        {...text('email')}
        maxLength={254}
      />
      {user && <CompanyWallet companyId={user.id} why="Refills can be paid from one." />}
      {user && <WaysIn user={user} />}
    </SideForm>
  );
}

function WaysIn({ user }: { user: EndUser }) {
  const may = useMay();
  const { sandbox } = useMe().organization;
  const [link, setLink] = useState<HandedLink | null>(null);
  const invite = useAction((send: boolean) => inviteEndUser(user.id, send), { changes: ['letters'], onDone: setLink });
  const look = async () => {
    // Opened while the click counts: a browser keeps a page from opening tabs later.
    const tab = window.open('about:blank', '_blank');
    try {
      const { url } = await lookAsEndUser(user.id);
      if (tab) tab.location.replace(url);
      else window.location.assign(url);
    } catch (problem) {
      tab?.close();
      tellProblem(problem);
    }
  };
  const [invites, looks] = [may('tenancy.end_user.invite'), may('tenancy.end_user.look')];
  if (!invites && !looks) return null;
  return (
    <div className="form-part">
      <h3>Their pages</h3>
      <p className="ink2">
        They ask for a link with their email at <span className="mono">/my</span>. You can hand one over instead, or see
        what they see{sandbox ? '.' : ', without doing anything there.'}
      </p>
      <Group gap="xs">
        {invites && (
          <Button size="xs" variant="default" loading={invite.isPending} onClick={() => invite.mutate(false)}>
            Make a link
          </Button>
        )}
        {invites && (
          <Button size="xs" variant="default" loading={invite.isPending} onClick={() => invite.mutate(true)}>
            Make a link and mail it
          </Button>
        )}
        {looks && (
          <Button size="xs" variant="default" onClick={look}>
            Open as this end user
          </Button>
        )}
      </Group>
      {link && <Handed link={link} to={user.name ?? user.email} />}
    </div>
  );
}
