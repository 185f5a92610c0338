import { Button, FileButton, Group, Textarea, TextInput } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import {
  type DocumentSettings,
  getDocumentSettings,
  logoAddress,
  removeDocumentLogo,
  sampleAddress,
  setDocumentLogo,
  setDocumentSettings,
} from '../api/documents.ts';
import { useMay, useMe } from '../app/session.ts';
import { useAction, useForm } from '../ui/actions.ts';
import { FormProblem } from '../ui/form.tsx';
import { Body, PageHead, Panel } from '../ui/page.tsx';
import { Pending } from '../ui/state.tsx';
import { OwnDetails } from './details.tsx';

const changes = ['document-settings'];

/** How the organization's bills look: who bills, where it is paid to, logo and footer, and a sample of all that. */
export function InvoicingPage() {
  const query = useQuery({ queryKey: ['document-settings'], queryFn: getDocumentSettings });
  const me = useMe();
  const sees = useMay()('documents.billing_details.view');
  return (
    <>
      <PageHead title="Invoicing">
        {(['en', 'de'] as const).map((language) => (
          <Button
            key={language}
            component="a"
            href={sampleAddress(language)}
            target="_blank"
            rel="noreferrer"
            variant="default"
            rightSection={<IconExternalLink size={14} />}
          >
            {language === 'en' ? 'Sample' : 'Sample in German'}
          </Button>
        ))}
      </PageHead>
      <Body narrow>
        {query.data ? (
          <>
            {sees && <OwnDetails account={me.organization.id} />}
            <Logo settings={query.data} />
            <Bank settings={query.data} />
          </>
        ) : (
          <Pending query={query} />
        )}
      </Body>
    </>
  );
}

/** Largest file that the server takes. */
const maxBytes = 256 * 1024;

function Logo({ settings }: { settings: DocumentSettings }) {
  const me = useMe();
  const edits = useMay()('documents.settings.edit');
  const send = useAction(async (file: File) => setDocumentLogo(await inBase64(file)), {
    changes,
    done: 'Bills from now on have this logo.',
    quiet: true,
  });
  const remove = useAction(() => removeDocumentLogo(), {
    changes,
    done: 'Bills from now on have the name in its place.',
  });
  const tooLarge = send.variables && send.variables.size > maxBytes;
  return (
    <Panel title="Logo" aside="On top of the first page">
      <div className="billing-details">
        <div className="logo-box">
          {settings.logo ? (
            <img key={settings.logo} src={logoAddress(settings.logo)} alt={`Logo of ${me.organization.name}`} />
          ) : (
            <strong>{me.organization.name}</strong>
          )}
        </div>
        <p className="dim">A PNG or JPEG of at most 256 kB. On white paper, 67 by 18 mm at most.</p>
        {tooLarge ? (
          <div role="alert" className="notice notice-red">
            This file has {Math.ceil(send.variables!.size / 1024)} kB. 256 kB is the most.
          </div>
        ) : (
          <FormProblem error={send.error} />
        )}
        {edits && (
          <Group gap="xs">
            <FileButton onChange={(file) => file && send.mutate(file)} accept="image/png,image/jpeg">
              {(props) => (
                <Button size="xs" variant="default" loading={send.isPending} {...props}>
                  {settings.logo ? 'Take another logo' : 'Add a logo'}
                </Button>
              )}
            </FileButton>
            {settings.logo && (
              <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
                Remove it
              </Button>
            )}
          </Group>
        )}
      </div>
    </Panel>
  );
}

async function inBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}

function Bank({ settings }: { settings: DocumentSettings }) {
  const edits = useMay()('documents.settings.edit');
  const save = useAction(setDocumentSettings, { changes, done: 'The settings are saved.', quiet: true });
  const before = {
    iban: settings.iban?.replace(/(.{4})(?=.)/g, '$1 ') ?? '',
    bic: settings.bic ?? '',
    bank: settings.bank ?? '',
    footer: settings.footer ?? '',
  };
  const { values, text } = useForm(before, save.error);
  const changed = (Object.keys(before) as (keyof typeof before)[]).some((name) => values[name].trim() !== before[name]);
  const given = (value: string) => (value.trim() === '' ? null : value.trim());
  return (
    <Panel title="Payment and footer" aside="Where bills are paid to">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          const { iban, bic, bank, footer } = values;
          if (changed) {
            save.mutate({
              ...{ iban: given(iban.replaceAll(' ', '')), bic: given(bic.toUpperCase()) },
              ...{ bank: given(bank), footer: given(footer) },
            });
          }
        }}
      >
        <TextInput
          label="IBAN"
          description="Bills in euro get a code to scan with it."
          {...text('iban')}
          maxLength={42}
          disabled={!edits}
        />
        <div className="form-row">
          <TextInput label="BIC" {...text('bic')} maxLength={11} disabled={!edits} />
          <TextInput label="Bank" {...text('bank')} maxLength={100} disabled={!edits} />
        </div>
        <Textarea
          label="Footer"
          description="At the foot of every page: directors, a court of registration."
          {...text('footer')}
          maxLength={500}
          autosize
          minRows={2}
          maxRows={5}
          disabled={!edits}
        />
        <FormProblem error={save.error} />
        {edits && (
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={!changed}>
              Save
            </Button>
          </Group>
        )}
      </form>
    </Panel>
  );
}
