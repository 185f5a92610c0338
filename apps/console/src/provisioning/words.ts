import type { ProfileStatus, SettingsUpdate } from '../api/provisioning.ts';
import type { Tone } from '../format/words.ts';

type Said = { word: string; tone: Tone; meaning: string };

export const profileStatuses: Record<ProfileStatus, Said> = {
  new: { word: 'New', tone: 'grey', meaning: 'An eSIM is reserved; its profile is ordered in a moment.' },
  reserving: { word: 'Reserving', tone: 'amber', meaning: 'The SM-DP+ of its telecom has been asked for the profile.' },
  available: { word: 'Available', tone: 'blue', meaning: 'It waits to be downloaded.' },
  downloaded: { word: 'Downloaded', tone: 'blue', meaning: 'A device has downloaded it and installs it.' },
  installed: { word: 'Installed', tone: 'green', meaning: 'It is on a device.' },
  failed: { word: 'Failed', tone: 'red', meaning: 'It could not be ordered, downloaded or installed.' },
};

export const settingsStatuses: Record<SettingsUpdate['status'], Said> = {
  scheduled: { word: 'Scheduled', tone: 'amber', meaning: 'It waits for the SIM to come by.' },
  'in-progress': { word: 'In progress', tone: 'blue', meaning: 'It is being put onto the SIM.' },
  successful: { word: 'Successful', tone: 'green', meaning: 'The settings are on the SIM.' },
  failed: { word: 'Failed', tone: 'red', meaning: 'The settings are not on the SIM.' },
};
