-- What an operation would do, or did, to the thing of a row, in a word of its kind; null: there is no more to say than its outcome.
alter table operation_rows add column effect text;
