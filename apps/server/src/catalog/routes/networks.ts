import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { reply } from '../../kit/http/schemas.ts';
import { listCountries, listNetworks } from '../networks.ts';
import { tally } from './schemas.ts';

export function networkRoutes(http: Http): void {
  const NetworkReply = reply('Network', {
    plmn: z.string().meta({ example: '26202' }),
    mcc: z.string(),
    mnc: z.string(),
    name: z.string(),
    country: z.string().nullable().meta({ description: 'ISO 3166-1 alpha-2; null: of no country.', example: 'DE' }),
  });
  const cursor = cursorOf('networks', z.string().regex(/^\d{5,6}$/));
  route(http, {
    method: 'GET',
    url: '/api/v1/networks',
    name: 'listNetworks',
    summary: 'Mobile networks of the world, in the order of their PLMNs',
    tags: ['Networks'],
    permission: 'inventory.network_profile.view',
    scope: 'company',
    query: pageQuery({
      search: z.string().max(100).optional(),
      country: z
        .string()
        .regex(/^[A-Z]{2}$/, { error: 'a country code of two letters, like DE' })
        .optional(),
    }),
    reply: { 200: pageOf(NetworkReply, 'NetworkPage') },
    handler: async (_ctx, { query }) => {
      const found = listNetworks(query, { after: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 });
      return pageFrom(found, query.limit, (last) => cursor.write(last.plmn));
    },
  });
  const CountriesReply = reply('Countries', {
    items: z.array(
      reply('Country', {
        code: z.string().meta({ description: 'ISO 3166-1 alpha-2.', example: 'DE' }),
        name: z.string().meta({ example: 'Germany' }),
        mccs: z.array(z.string()).meta({ description: 'Mobile country codes (ITU-T E.212).', example: ['262'] }),
        networks: tally,
      }),
    ),
  });
  route(http, {
    method: 'GET',
    url: '/api/v1/countries',
    name: 'listCountries',
    summary: 'Countries with mobile networks, by name, all at once',
    tags: ['Networks'],
    permission: 'catalog.zone.view',
    scope: 'company',
    query: z.strictObject({ search: z.string().max(100).optional() }),
    reply: { 200: CountriesReply },
    handler: async (_ctx, { query }) => ({ items: [...listCountries(query.search)] }),
  });
}
