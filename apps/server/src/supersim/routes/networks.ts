import { z } from 'zod';
import type { Routes } from '../call.ts';
import { notFound } from '../errors.ts';
import { answerList } from '../lists.ts';
import { findNetwork, isPlmn, listNetworks, type Network } from '../networks.ts';
import { parse, text } from '../params.ts';
import { networkShape } from '../shapes.ts';

const listFilters = ['IsoCountry', 'Mcc', 'Mnc'] as const;
const given = text.transform((value) => value || undefined).optional();
const ListFilter = z.object({ IsoCountry: given, Mcc: given, Mnc: given });

export function networkRoutes(routes: Routes): void {
  routes.get('/Networks', null, async (call) => {
    const { IsoCountry, Mcc, Mnc } = parse(ListFilter, call.query);
    return answerList<Network>(call, {
      key: 'networks',
      at: '/Networks',
      filters: listFilters,
      isKey: isPlmn,
      keyOf: (network) => network.plmn,
      read: async (page) => listNetworks({ isoCountry: IsoCountry, mcc: Mcc, mnc: Mnc }, page),
      shape: (networks) => networks.map((network) => networkShape(network, call)),
    });
  });

  routes.get('/Networks/:sid', null, async (call) => {
    const network = findNetwork(call.params.sid!);
    if (!network) throw notFound(call.path);
    return { status: 200, body: networkShape(network, call) };
  });
}
