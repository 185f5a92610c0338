export { type Config, configShape } from './config.ts';
export { esimRoster, type Network, type Profile, type ProfileName, roster, type SimulatedDevice } from './roster.ts';
export { openTelecom, type Telecom } from './telecom.ts';
