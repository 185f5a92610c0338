export { copyIn, copyOut, explainFiles, hashFile, readGzip, syncFolder, writeDurably, writeGzip } from './files.ts';
export { fingerprintOf, unsealKey } from './key.ts';
export { BackupFault, type Manifest, readManifest } from './manifest.ts';
export { checkFiles, type Restored, restoreBackup } from './restore.ts';
export { listBackups, pruneBackups, type Taken, type TakeOptions, takeBackup } from './take.ts';
