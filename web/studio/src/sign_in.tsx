// The first thing that is seen: a name and a password.
import { useState } from 'preact/hooks';
import { Problem, signIn } from './api';
import { Trouble, textOf } from './parts';
import { say } from './words';

export function SignIn() {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setTrouble('');
    signIn(String(form.get('name')).trim().toLowerCase(), String(form.get('password')))
      .catch((problem) => {
        if (problem instanceof Problem && problem.status === 401) setTrouble(say('There is no such user, or the password is another.'));
        else if (problem instanceof Problem && problem.status === 429) setTrouble(say('Too many wrong passwords. Wait a minute and try again.'));
        else setTrouble(textOf(problem));
      })
      .finally(() => setBusy(false));
  };
  return (
    <main class="sign-in">
      <h1>{say('Studio')}</h1>
      <form onSubmit={submit}>
        <label>
          {say('Name')}
          <input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required />
        </label>
        <label>
          {say('Password')}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <Trouble text={trouble} />
        <button type="submit" class="main" aria-disabled={busy}>
          {busy ? say('One moment…') : say('Sign in')}
        </button>
      </form>
    </main>
  );
}
