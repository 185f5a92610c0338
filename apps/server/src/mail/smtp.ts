import { createTransport } from 'nodemailer';
import { publicId } from '../kit/ids.ts';
import type { Attachment, Letter, Outcome } from './model.ts';

/** Where mail goes: a server, and whose address it comes from. */
export type MailServer = { url: string; from: string };

/** A letter on its way. */
export type Outgoing = Pick<Letter, 'id' | 'recipient' | 'recipientName' | 'subject' | 'language'> & {
  text: string;
  html: string | null;
  attachments: Attachment[];
  /** Who writes: shown before the address. */
  fromName: string;
  date: Date;
};

export type Post = { send(letter: Outgoing): Promise<Outcome> };

const connectMs = 10_000;
const silenceMs = 30_000;
/** A letter with its attachments is over within this time, or cut off. */
export const longestMs = 120_000;
const keptCharacters = 500;

/**
 * Letters by SMTP (RFC 5321), a connection for each. The Message-ID is made of our id, so a letter that is sent twice, because
 * nobody heard the server's answer, is known again by whoever gets it.
 *
 * @param host the right side of the Message-ID
 */
export function openSmtp({ url, from }: MailServer, host: string): Post {
  const options = {
    url,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
    // What is sent is what we hold: nothing is read from this machine or fetched for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return {
    async send(letter) {
      const transport = createTransport(options);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })), longestMs);
      });
      try {
        const info = await Promise.race([transport.sendMail(messageOf(letter, from, host)), late]);
        return { sent: true, final: true, answer: printable(info.response) };
      } catch (error) {
        return refused(error as SmtpError);
      } finally {
        clearTimeout(timer);
        transport.close();
      }
    },
  };
}

function messageOf(letter: Outgoing, from: string, host: string) {
  return {
    from: { name: letter.fromName, address: from },
    to: { name: letter.recipientName ?? '', address: letter.recipient },
    subject: letter.subject,
    text: letter.text,
    ...(letter.html !== null && { html: letter.html }),
    date: letter.date,
    messageId: `<${publicId('letter', letter.id)}@${host}>`,
    headers: {
      // No answers of absent people, no bounces to them (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'Content-Language': letter.language,
    },
    attachments: letter.attachments.map(({ name, contentType, content }) => ({
      filename: name,
      contentType,
      content,
    })),
  };
}

type SmtpError = Error & { code?: string; responseCode?: number; response?: string };

/** 5xx to the recipient or to the letter itself is for good (RFC 5321 4.2.1); a server that is not there may be back, wrong credentials are put right. */
function refused({ code, responseCode, response }: SmtpError): Outcome {
  const final = (responseCode ?? 0) >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  const words: Record<string, string> = {
    ECONNECTION: 'The mail server broke the connection off.',
    ETIMEDOUT: 'The mail server did not answer in time.',
    ESOCKET: 'The mail server cannot be reached.',
    EDNS: 'There is no such mail server.',
    ETLS: 'No safe connection to the mail server came about.',
    EAUTH: 'The mail server refuses our user or password.',
  };
  const plain = words[code ?? ''] ?? `The letter could not be sent${code ? ` (${code})` : ''}.`;
  // What a server says to a sign-in may repeat what it was given.
  return { sent: false, final, answer: response && code !== 'EAUTH' ? printable(response) : plain };
}

function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').slice(0, keptCharacters);
}
