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
export {
  cellsOf,
  columnsFound,
  csvRefusal,
  encodingFound,
  type Header,
  headerOf,
  headerRefusal,
  lookAtHead,
  separatorNames,
  type Table,
  type TablePlace,
} from './table.ts';
export { byteOrderMark, csvCell, csvLine } from './write.ts';
