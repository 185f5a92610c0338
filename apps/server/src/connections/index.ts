export {
  type ConnectionEvent,
  type ConnectionType,
  connectionTypes,
  type NewConnection,
  type Sink,
} from './model.ts';
export { connectionRoutes } from './routes.ts';
export { sendBatches, sweepEvents, type Wire } from './sender.ts';
export { createSink, deleteSink, getSink, listSinks, type NewSink, type SinkPatch, updateSink } from './sinks.ts';
export { anybodyListens, tell } from './tell.ts';
