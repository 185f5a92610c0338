export { awaitCallback, type Callback, takeCallbacks } from './callbacks.ts';
export { AddressRefused, type Guard, openGuard } from './guard.ts';
export type { Delivery, DeliveryKind, NewDelivery, Outgoing } from './model.ts';
export { deliveryRoutes } from './routes.ts';
export { type Hands, sendDue } from './sender.ts';
export { enqueue, getDelivery, listDeliveries, redeliver, sweep } from './service.ts';
