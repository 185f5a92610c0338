import { ActionIcon, Button, NumberInput, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeReminderSettings, previewReminder, type ReminderSettings, type Step } from '../api/reminders.ts';
import { useMay } from '../app/session.ts';
import { money } from '../format/money.ts';
import { useAction } from '../ui/actions.ts';
import { Form, FormProblem } from '../ui/form.tsx';
import { None } from '../ui/page.tsx';
import { SideFrame } from './frame.tsx';
import { changedByReminders } from './switches.tsx';
import { stepDay, toneWord } from './words.tsx';

/** The way of an invoice that is not paid, step by step. */
export function Steps({ settings, onEdit }: { settings: ReminderSettings; onEdit: () => void }) {
  const edits = useMay()('reminders.setting.edit');
  const { steps, feesIn } = settings;
  const own = settings.account.startsWith('com_') && settings.own.steps !== null;
  const giveBack = useAction(() => changeReminderSettings(settings.account, { steps: null }), {
    changes: changedByReminders,
    done: 'Its invoices go the way of all.',
  });
  return (
    <>
      {steps.length === 0 ? (
        <p className="ink2">There are no steps: nobody is reminded.</p>
      ) : (
        <ol className="steps">
          {steps.map((step) => (
            <li key={step.days}>
              <span className="steps-day">{stepDay(step.days)}</span>
              <span>
                {toneWord(steps, step)}
                <span className="dim">
                  {step.fee && ` · ${money(step.fee, feesIn)}`}
                  {Object.keys(step.words).length > 0 && ' · own words'}
                </span>
              </span>
            </li>
          ))}
        </ol>
      )}
      {edits && (
        <div className="bill-note">
          <Button size="xs" variant="default" onClick={onEdit}>
            {own || !settings.account.startsWith('com_') ? 'Change the steps' : 'Steps of its own'}
          </Button>
          {own && (
            <Button size="xs" variant="default" loading={giveBack.isPending} onClick={() => giveBack.mutate(undefined)}>
              As it is for all
            </Button>
          )}
        </div>
      )}
    </>
  );
}

const mostSteps = 10;

/** The steps, changed together: what they say, what they cost, and what each letter would look like. */
export function StepsForm({
  settings,
  currency,
  onClose,
}: {
  settings: ReminderSettings;
  currency: string;
  onClose: () => void;
}) {
  const [steps, setSteps] = useState<Step[]>(settings.steps);
  const [shown, setShown] = useState<number | null>(null);
  const save = useAction((steps: Step[]) => changeReminderSettings(settings.account, { steps }), {
    changes: changedByReminders,
    done: 'Invoices go by these steps from now on.',
    onDone: onClose,
    quiet: true,
  });
  const change = (at: number, next: Partial<Step>) =>
    setSteps(steps.map((step, i) => (i === at ? { ...step, ...next } : step)));
  const add = () => {
    const last = steps.filter(({ action }) => action === 'letter').at(-1)?.days ?? -4;
    const made: Step = { days: last + 7, action: 'letter', fee: null, words: {} };
    setSteps([...steps, made].sort((a, b) => a.days - b.days));
  };
  return (
    <SideFrame title="Steps of reminders" onClose={onClose}>
      <Form
        submit="Save"
        busy={save.isPending}
        error={save.error}
        onSubmit={() => save.mutate(steps)}
        onClose={onClose}
      >
        <p className="ink2">
          Days count from the day on which an invoice is due. One letter a day at most goes to a company, about all that
          is open; no step is jumped over.
        </p>
        {steps.map((step, i) => (
          <StepFields
            // biome-ignore lint/suspicious/noArrayIndexKey: a step has no name but its place.
            key={i}
            {...{ steps, step, settings, currency }}
            onChange={(next) => change(i, next)}
            onRemove={() => setSteps(steps.filter((_, at) => at !== i))}
            shown={shown === i}
            onShow={() => setShown(shown === i ? null : i)}
          />
        ))}
        {steps.length < mostSteps && (
          <div>
            <Button size="xs" variant="default" onClick={add}>
              Add a step
            </Button>
          </div>
        )}
      </Form>
    </SideFrame>
  );
}

type FieldsProps = {
  steps: Step[];
  step: Step;
  settings: ReminderSettings;
  currency: string;
  onChange: (next: Partial<Step>) => void;
  onRemove: () => void;
  shown: boolean;
  onShow: () => void;
};

function StepFields({ steps, step, settings, currency, onChange, onRemove, shown, onShow }: FieldsProps) {
  return (
    <fieldset className="form-part step">
      <legend className="visually-hidden">{stepDay(step.days)}</legend>
      <div className="step-row">
        <NumberInput
          label="Days"
          value={step.days}
          onChange={(days) => onChange({ days: Number(days) || 0 })}
          min={-60}
          max={730}
          allowDecimal={false}
        />
        <Select
          label="What happens"
          data={[
            { value: 'letter', label: 'A letter' },
            { value: 'stop', label: 'Reminders end' },
          ]}
          value={step.action}
          onChange={(action) => onChange({ action: action as Step['action'], ...(action === 'stop' && { fee: null }) })}
          allowDeselect={false}
        />
        <TextInput
          className="step-fee"
          label={`Fee, ${currency}`}
          value={step.fee ?? ''}
          onChange={({ currentTarget: { value } }) => onChange({ fee: value.trim().replace(',', '.') || null })}
          placeholder="none"
          inputMode="decimal"
          disabled={step.action === 'stop' || step.days < 0}
        />
        <ActionIcon variant="default" size="lg" aria-label={`Remove the step ${stepDay(step.days)}`} onClick={onRemove}>
          <IconTrash size={16} />
        </ActionIcon>
      </div>
      <div className="step-foot">
        <span className="dim">
          {stepDay(step.days)}: {toneWord(steps, step).toLowerCase()}
        </span>
        {step.action === 'letter' && (
          <button type="button" className="as-link" onClick={onShow} aria-expanded={shown}>
            {shown ? 'Close the letter' : 'The letter'}
          </button>
        )}
      </div>
      {shown && step.action === 'letter' && <Letter {...{ steps, step, settings, onChange }} />}
    </fieldset>
  );
}

/** The letter as it would be, and words of one's own for it. */
function Letter({ steps, step, settings, onChange }: Pick<FieldsProps, 'steps' | 'step' | 'settings' | 'onChange'>) {
  const [language, setLanguage] = useState<'en' | 'de'>('en');
  const own = step.words[language];
  const preview = useQuery({
    queryKey: ['reminder-settings', 'preview', settings.account, language, steps, step.days],
    queryFn: () => previewReminder(settings.account, { days: step.days, language, steps }),
    retry: false,
  });
  const words = (next: { subject: string; text: string } | undefined) => {
    const { [language]: _, ...others } = step.words;
    onChange({ words: next ? { ...others, [language]: next } : others });
  };
  return (
    <div className="step-letter">
      <SegmentedControl
        size="xs"
        data={[
          { value: 'en', label: 'English' },
          { value: 'de', label: 'German' },
        ]}
        value={language}
        onChange={(value) => setLanguage(value as 'en' | 'de')}
        aria-label="Language of the letter"
      />
      {own ? (
        <>
          <TextInput
            label="Subject"
            value={own.subject}
            onChange={({ currentTarget: { value: subject } }) => words({ ...own, subject })}
            maxLength={200}
          />
          <Textarea
            label="Words"
            description="{company}, {number}, {amount}, {due} and {fee} are filled in. What is open is listed below them."
            value={own.text}
            onChange={({ currentTarget: { value: text } }) => words({ ...own, text })}
            autosize
            minRows={3}
            maxLength={4000}
          />
          <div>
            <Button size="xs" variant="default" onClick={() => words(undefined)}>
              Take our words
            </Button>
          </div>
        </>
      ) : (
        <div>
          <Button
            size="xs"
            variant="default"
            onClick={() => words({ subject: 'Invoice {number}', text: 'Please pay {amount}.' })}
          >
            Words of your own
          </Button>
        </div>
      )}
      {preview.data ? (
        <div className="letter-preview">
          <strong>{preview.data.subject}</strong>
          <pre>{preview.data.text}</pre>
        </div>
      ) : preview.error ? (
        <FormProblem error={preview.error} />
      ) : (
        <None>…</None>
      )}
    </div>
  );
}
