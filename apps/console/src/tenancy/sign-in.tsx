import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { signIn } from '../api/tenancy.ts';
import { Mark } from '../app/mark.tsx';
import { FormProblem } from '../ui/form.tsx';
import './sign-in.css';

export function SignInPage() {
  const { to = '/' } = useSearch({ strict: false }) as { to?: string };
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useEffect(() => {
    document.title = 'Sign in · Simwright';
  }, []);
  const enter = useMutation({
    mutationFn: () => signIn(email, password),
    // A full load, so that nothing of another person stays; and only to a page of ours.
    onSuccess: () => window.location.assign(/^\/(?![/\\])/.test(to) ? to : '/'),
  });

  function send(event: FormEvent): void {
    event.preventDefault();
    if (!enter.isPending) enter.mutate();
  }
  return (
    <main className="sign-in">
      <form className="sign-in-form" onSubmit={send}>
        <div className="sign-in-name">
          <Mark size={36} />
          <h1>Sign in to Simwright</h1>
        </div>
        <TextInput
          label="Email"
          type="email"
          name="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
          withAsterisk={false}
          autoFocus
          size="md"
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
          withAsterisk={false}
          size="md"
        />
        <FormProblem error={enter.error} />
        <Button type="submit" size="md" fullWidth loading={enter.isPending}>
          Sign in
        </Button>
        <p className="dim sign-in-note">
          A new instance prints its demo sign-in in the terminal and keeps it in <span className="mono">demo.json</span>
          .
        </p>
      </form>
    </main>
  );
}
