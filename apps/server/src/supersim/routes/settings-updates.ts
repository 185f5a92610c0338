import { z } from 'zod';
import * as provisioning from '../../provisioning/index.ts';
import { findSim, type Routes } from '../call.ts';
import { answerList } from '../lists.ts';
import { oneOf, optional, parse, text } from '../params.ts';
import { settingsUpdateShape } from '../shapes.ts';

const listFilters = ['Sim', 'Status'] as const;
const ListFilter = z.object({
  Sim: text.optional(),
  Status: optional(oneOf(['scheduled', 'in-progress', 'successful', 'failed'])),
});

/** A list only: the original has neither an address for one nor a way to order one. */
export function settingsUpdateRoutes(routes: Routes): void {
  routes.get('/SettingsUpdates', 'provisioning.settings_update.view', async (call) => {
    const { Sim, Status } = parse(ListFilter, call.query);
    const sim = Sim ? await findSim(call.ctx, call.companyId, Sim) : undefined;
    const filter = { companyId: call.companyId, lineId: sim?.id, status: Status };
    return answerList<provisioning.SettingsUpdate>(call, {
      ...{ key: 'settings_updates', at: '/SettingsUpdates', filters: listFilters },
      keyOf: (update) => update.id,
      // A SIM that the account does not have has no updates in it.
      read: async (page) => (sim === null ? [] : provisioning.listUpdates(call.ctx, filter, page)),
      shape: (found) => found.map((update) => settingsUpdateShape(update, call)),
    });
  });
}
