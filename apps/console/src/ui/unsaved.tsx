import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

/**
 * Asks before somebody leaves a page with what they have not saved: by a link, the browser's back, or by closing it.
 *
 * @param isUnsaved asked when it matters, so it must read what is true then
 */
export function Unsaved({ what, isUnsaved }: { what: string; isUnsaved: () => boolean }) {
  const leaving = useBlocker({ shouldBlockFn: isUnsaved, enableBeforeUnload: isUnsaved, withResolver: true });
  if (leaving.status !== 'blocked') return null;
  return (
    <Modal opened onClose={leaving.reset} title="Leave without saving?" withCloseButton={false} size="sm">
      <p>{what} is not saved. What you entered is lost when you leave.</p>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={leaving.proceed}>
          Leave
        </Button>
        <Button onClick={leaving.reset} data-autofocus>
          Go on
        </Button>
      </Group>
    </Modal>
  );
}
