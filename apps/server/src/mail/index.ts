export { layOut, type Page } from './layout.ts';
export { type Attachment, isAddress, type Language, type NewLetter } from './model.ts';
export { letterRoutes } from './routes.ts';
export { openSender, type Sender } from './sender.ts';
export { listLetters, post, sweep } from './service.ts';
export { type MailServer, openSmtp } from './smtp.ts';
