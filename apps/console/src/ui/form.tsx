import { Button, Drawer, Group, Modal } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { ApiError } from '../api/http.ts';

/** A form at the side of the page it belongs to; Enter sends, Escape leaves. */
export function SideForm({
  title,
  submit,
  busy,
  error,
  onSubmit,
  onClose,
  disabled,
  children,
}: {
  title: string;
  submit: string;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <Drawer opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Form
        submit={submit}
        busy={busy}
        error={error}
        onSubmit={onSubmit}
        onClose={onClose}
        disabled={disabled ?? false}
      >
        {children}
      </Form>
    </Drawer>
  );
}

export function Dialog({
  title,
  submit,
  busy,
  error,
  onSubmit,
  onClose,
  danger,
  disabled,
  children,
}: {
  title: string;
  submit: string;
  busy: boolean;
  error?: unknown;
  onSubmit: () => void;
  onClose: () => void;
  danger?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Form
        submit={submit}
        busy={busy}
        error={error}
        onSubmit={onSubmit}
        onClose={onClose}
        danger={danger ?? false}
        disabled={disabled ?? false}
      >
        {children}
      </Form>
    </Modal>
  );
}

/** The form itself, for a frame of one's own. */
export function Form({
  submit,
  busy,
  error,
  onSubmit,
  onClose,
  danger,
  disabled,
  children,
}: {
  submit: string;
  busy: boolean;
  error: unknown;
  onSubmit: () => void;
  onClose: () => void;
  danger?: boolean;
  disabled?: boolean;
  children: ReactNode;
}) {
  function send(event: FormEvent): void {
    event.preventDefault();
    if (!busy && !disabled) onSubmit();
  }
  return (
    <form onSubmit={send} className="form" noValidate>
      {children}
      <FormProblem error={error} />
      <Group justify="flex-end" gap="xs" mt="xs">
        <Button variant="default" onClick={onClose} type="button">
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={disabled ?? false} {...(danger && { color: 'red.8' })}>
          {submit}
        </Button>
      </Group>
    </form>
  );
}

/** What was refused; the field it is about says so itself as well. */
export function FormProblem({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = error instanceof ApiError ? error : null;
  // A number to name when asking for help is for faults, not for a mistyped field.
  const fault = problem !== null && (problem.status === 0 || problem.status >= 500);
  return (
    <div role="alert" className="notice notice-red">
      {problem?.message.replace(/\bbody\./g, '') ?? 'Something went wrong in this page.'}
      {fault && problem.requestId && <div className="dim">Request {problem.requestId}</div>}
    </div>
  );
}
