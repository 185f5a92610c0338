import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { joinByLink, readLink } from '../api/people.ts';
import { Mark } from '../app/mark.tsx';
import { FormProblem } from '../ui/form.tsx';
import './sign-in.css';

/** What stands behind the hash is taken out of the address at once. */
function tokenFromAddress(): string {
  const token = /^#link=(link_[0-9a-f_]+)$/.exec(window.location.hash)?.[1] ?? '';
  if (token) window.history.replaceState(null, '', window.location.pathname);
  return token;
}

/** Where somebody who was invited chooses a password. */
export function JoinPage() {
  const [token] = useState(tokenFromAddress);
  const [password, setPassword] = useState('');
  useEffect(() => {
    document.title = 'Join · Simwright';
  }, []);
  const link = useQuery({
    ...{ queryKey: ['link', token], queryFn: () => readLink(token) },
    ...{ enabled: token !== '', retry: false, gcTime: 0 },
  });
  const join = useMutation({
    mutationFn: () => joinByLink(token, password),
    onSuccess: () => window.location.assign('/sign-in'),
  });
  function send(event: FormEvent): void {
    event.preventDefault();
    if (!join.isPending) join.mutate();
  }
  if (token === '' || link.error) return <NoLink error={link.error} />;
  return (
    <main className="sign-in">
      <form className="sign-in-form" onSubmit={send}>
        <div className="sign-in-name">
          <Mark size={36} />
          <h1>{link.data ? `Join ${link.data.organization}` : 'Join'}</h1>
        </div>
        {link.data && (
          <p className="ink2">
            As {link.data.name ? `${link.data.name}, ` : ''}
            <strong>{link.data.email}</strong>. If you sign in with this email already, give the password that you have.
          </p>
        )}
        <PasswordInput
          label="Password"
          description="At least 10 characters."
          name="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          minLength={10}
          maxLength={200}
          required
          withAsterisk={false}
          size="md"
          disabled={!link.data}
        />
        <FormProblem error={join.error} />
        <Button type="submit" size="md" fullWidth loading={join.isPending} disabled={!link.data}>
          Join
        </Button>
      </form>
    </main>
  );
}

/** The address without its link, as after a reload, or a link that is over. */
function NoLink({ error }: { error: Error | null }) {
  return (
    <main className="sign-in">
      <div className="sign-in-form">
        <div className="sign-in-name">
          <Mark size={36} />
          <h1>Join</h1>
        </div>
        {error ? (
          <FormProblem error={error} />
        ) : (
          <p className="ink2">
            An invitation has a link of its own. Open it again from the letter, or ask whoever invited you for a new
            one.
          </p>
        )}
        <a className="link" href="/sign-in">
          Sign in
        </a>
      </div>
    </main>
  );
}
