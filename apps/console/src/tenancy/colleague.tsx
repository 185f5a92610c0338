import { Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeStaff, listRoles, removeStaff, type Staff } from '../api/people.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { FormProblem, SideForm } from '../ui/form.tsx';
import { Fact, Facts } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';

/** Somebody who works here: another role, or out. @param company whom they work for, by name */
export function Colleague({ staff, company, onClose }: { staff: Staff; company: string; onClose: () => void }) {
  const me = useMe();
  const may = useMay();
  const self = me.actor.id === staff.id;
  const edits = may('tenancy.staff.edit') && may('tenancy.role.view') && !self;
  const roles = useQuery({ queryKey: ['roles'], queryFn: listRoles, enabled: edits });
  const save = useAction((role: string) => changeStaff(staff.id, role), {
    ...{ changes: ['staff'], done: `${staff.name} has another role.`, onDone: onClose, quiet: true },
  });
  const { values, set, errors } = useForm({ role: staff.role }, save.error);
  return (
    <SideForm
      title={staff.name}
      submit="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(values.role)}
      onClose={onClose}
      disabled={!edits || values.role === staff.role}
    >
      <Facts>
        <Fact name="Email">{staff.email}</Fact>
        <Fact name="Works for">{company}</Fact>
        <Fact name="Since">
          <Time at={staff.createdAt} />
        </Fact>
      </Facts>
      <Select
        label="Role"
        description={
          self ? 'Nobody changes their own: a colleague does.' : 'What they may do. Nobody gives more than they have.'
        }
        data={edits ? (roles.data?.items ?? []).map(({ name }) => name) : [staff.role]}
        value={values.role}
        onChange={(role) => role && set('role', role)}
        error={errors.role}
        disabled={!edits}
        allowDeselect={false}
      />
      {may('tenancy.staff.delete') && !self && <Remove staff={staff} onClose={onClose} />}
    </SideForm>
  );
}

function Remove({ staff, onClose }: { staff: Staff; onClose: () => void }) {
  const [asked, setAsked] = useState(false);
  const remove = useAction(() => removeStaff(staff.id), {
    ...{ changes: ['staff'], done: `${staff.name} works here no more.`, onDone: onClose, quiet: true },
  });
  return (
    <div className="form-part">
      <h3>Remove</h3>
      <p className="ink2">
        They are out with their next click, and an invitation that they have not used is good no more. What they did
        stays theirs, in the audit log.
      </p>
      <Group gap="xs">
        {asked ? (
          <>
            <Button size="xs" color="red.8" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
              Remove {staff.name}
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsked(false)}>
              Keep them
            </Button>
          </>
        ) : (
          <Button size="xs" variant="default" onClick={() => setAsked(true)}>
            Remove …
          </Button>
        )}
      </Group>
      <FormProblem error={remove.error} />
    </div>
  );
}
