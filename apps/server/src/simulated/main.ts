/**
 * The simulated telecom: a process of its own, without any access to the database. Configured by `SIMULATED_TELECOM`
 * (see config.ts). Says that it is ready to its parent, or as a line of JSON; ends on SIGTERM, on SIGINT, or when the parent is gone.
 */
import { readConfig } from './config.ts';
import { openTelecom } from './telecom.ts';

const telecom = await openTelecom(readConfig(process.env.SIMULATED_TELECOM), () => new Date());
const ready = { ready: true, coaPort: telecom.coaPort, controlPort: telecom.controlPort };

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await telecom.close();
  process.exit(0);
}

process.on('SIGTERM', end);
process.on('SIGINT', end);
if (process.send) {
  process.on('disconnect', end);
  process.send(ready);
} else {
  console.log(JSON.stringify(ready));
}
