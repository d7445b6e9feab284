import { UserError } from '../../shared/user-error.ts';

/** A line for errors, such as below the fields of a form. */
interface ErrorLine {
  readonly element: HTMLElement;
  show(text: string): void;
  /**
   * Runs an action. Clears the line first, and shows the message of a {@link UserError}. Resolves to
   * whether the action succeeded.
   */
  attempt(work: () => Promise<void>): Promise<boolean>;
}

export function errorLine(): ErrorLine {
  const element = document.createElement('p');
  element.className = 'dialog-error';
  element.setAttribute('role', 'alert');
  return {
    element,
    show(text) {
      element.textContent = text;
    },
    async attempt(work) {
      element.textContent = '';
      try {
        await work();
        return true;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        element.textContent = error.message;
        return false;
      }
    },
  };
}
