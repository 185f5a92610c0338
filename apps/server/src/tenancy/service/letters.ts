import { layOut, type NewLetter } from '../../mail/index.ts';
import type { Language } from '../model.ts';

type Reader = { email: string; name: string | null };

/** The link that somebody asked for. Secret: whoever reads it is them. */
export function signInLetter(organization: string, to: Reader, url: string, language: Language): NewLetter {
  const words = {
    en: {
      subject: `Your sign-in link for ${organization}`,
      text: `Here is the link to sign in to ${organization}.`,
      label: 'Sign in',
      fine: 'It is good for 15 minutes and once. If you did not ask for it, nothing needs to be done.',
    },
    de: {
      subject: `Ihr Anmelde-Link für ${organization}`,
      text: `Hier ist der Link, mit dem Sie sich bei ${organization} anmelden.`,
      label: 'Anmelden',
      fine: 'Er gilt 15 Minuten und einmal. Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun.',
    },
  }[language];
  return letter('sign_in', organization, to, url, language, words);
}

/** The link that staff sent: to an end user, or to somebody who becomes staff. */
export function invitationLetter(
  organization: string,
  to: Reader,
  url: string,
  language: Language,
  kind: 'invitation' | 'staff_invitation' = 'invitation',
): NewLetter {
  const what = {
    invitation: {
      en: 'There you see what is left on your SIM, refill it and find your receipts.',
      de: 'Dort sehen Sie, was auf Ihrer SIM übrig ist, laden sie auf und finden Ihre Belege.',
    },
    staff_invitation: {
      en: 'There you choose a password and start.',
      de: 'Dort wählen Sie ein Passwort und beginnen.',
    },
  }[kind][language];
  const words = {
    en: {
      subject: `${organization} invites you`,
      text: `${organization} has opened an account for you. ${what}`,
      label: 'Open it',
      fine: 'The link is good for 7 days and once.',
    },
    de: {
      subject: `Einladung von ${organization}`,
      text: `${organization} hat ein Konto für Sie eingerichtet. ${what}`,
      label: 'Öffnen',
      fine: 'Der Link gilt 7 Tage und einmal.',
    },
  }[language];
  return letter(kind, organization, to, url, language, words);
}

function letter(
  kind: string,
  organization: string,
  to: Reader,
  url: string,
  language: Language,
  { subject, text, label, fine }: { subject: string; text: string; label: string; fine: string },
): NewLetter {
  const hello = { en: 'Hello', de: 'Guten Tag' }[language];
  const page = {
    greeting: to.name ? `${hello} ${to.name},` : `${hello},`,
    paragraphs: [text],
    fine,
    from: organization,
  };
  return {
    ...{ kind, subject, language, secret: true, to: { address: to.email, name: to.name } },
    ...layOut({ ...page, action: { label, url } }),
  };
}
