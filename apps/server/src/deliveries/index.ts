export { awaitCallback, type Callback, takeCallbacks } from './callbacks.ts';
export { AddressRefused, type Guard, openGuard } from './guard.ts';
export type { Delivery, DeliveryKind, NewDelivery, Outgoing, Standing } from './model.ts';
export { deliveryRoutes } from './routes.ts';
export { type Hands, openSender, type Sender } from './sender.ts';
export { enqueue, getDelivery, listDeliveries, redeliver, standingsOf, sweep } from './service.ts';
