import { z } from 'zod';
import * as carriers from '../carriers/index.ts';
import { invalidRequest } from '../kit/http/errors.ts';
import type { Progress } from './profiles/model.ts';

/** Fields of handleDownloadProgressInfo that we read (GSMA SGP.22 section 5.3.5); others are passed over. */
const Told = z.object({
  iccid: z
    .string()
    .regex(/^[0-9]{18,20}[Ff]?$/, { error: '19 or 20 digits, with or without the F that fills them up' }),
  eid: z
    .string()
    .regex(/^[0-9]{32}$/, { error: '32 digits' })
    .nullish(),
  timestamp: z.string().refine((text) => text.length <= 40 && !Number.isNaN(Date.parse(text)), {
    error: 'a time with its zone, like 2026-01-31T12:00:00Z',
  }),
  notificationPointId: z.coerce.number().int().min(0).max(1000),
  notificationPointStatus: z.unknown(),
});

/** Points of a download of which we make something. */
const downloaded = 3;
const installed = 4;

/**
 * Reads what an SM-DP+ tells of a download. A failure at any point ends the download; of what succeeds only the profile's arrival at
 * the device (3) and its installation (4) are news. `progress` null: nothing that we keep. Refuses what is no such message.
 */
export function readProgress(body: unknown): { iccid: string; progress: Progress | null } {
  const read = Told.safeParse(body);
  if (!read.success) throw invalidRequest('body', read.error);
  const { iccid, eid, timestamp, notificationPointId: point, notificationPointStatus } = read.data;
  const common = { at: new Date(timestamp), eid: eid ?? null };
  const outcome = carriers.readExecution(notificationPointStatus);
  if (outcome === null) return { iccid, progress: null };
  if (!outcome.ok) return { iccid, progress: { ...common, kind: 'failed', code: outcome.code, text: outcome.text } };
  if (point !== downloaded && point !== installed) return { iccid, progress: null };
  return { iccid, progress: { ...common, kind: point === installed ? 'installed' : 'downloaded' } };
}
