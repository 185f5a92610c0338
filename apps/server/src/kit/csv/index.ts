export { type FileEncoding, NotText, type TextBytes, textBytes } from './encoding.ts';
export {
  type CsvHead,
  type CsvPlace,
  type CsvProblem,
  type CsvRecord,
  csvStart,
  maxCells,
  maxRecordBytes,
  readHead,
  readRecords,
} from './records.ts';
export { byteOrderMark, csvCell, csvLine } from './write.ts';
