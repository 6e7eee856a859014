/* A kiosk's pages: rest, warning and wipe; sound and four keys; a reader of QR codes that types; what to do when there is no network.
   Nothing here is needed to read or to send: without it each page goes to the warning by itself (templates/kiosk_base.html). */
(function (w, d) {
  'use strict';
  var REST = 60, WARNING = 20, LIFE = 30, TALK = 300, HOUR = 3600000, PATIENCE = 10000, AGAIN = 60000;
  var root = d.documentElement, body = d.body, start = body.hasAttribute('data-start');
  var words = d.getElementById('say').dataset, warning = d.getElementById('rest'), outage = d.getElementById('outage');
  var OWN = ['kiosk.sound', 'kiosk.night', 'kiosk.tongue', 'kiosk.prompts'];

  function kept(name) { return w.sessionStorage.getItem(name) === '1'; }
  function keep(name, on) { if (on) { w.sessionStorage.setItem(name, '1'); } else { w.sessionStorage.removeItem(name); } }
  function forget() { OWN.forEach(function (name) { w.sessionStorage.removeItem(name); }); }
  function each(selector, act) { Array.prototype.forEach.call(d.querySelectorAll(selector), act); }

  /* Who was here before: a page of theirs, gone back to, is not shown. Each entry of the history knows whose it was. */
  function not_mine() { w.location.replace('/kiosk/'); }
  var whose = (w.history.state || {}).presence;
  if (whose && whose !== body.dataset.presence) { not_mine(); return; }
  w.history.replaceState({presence: body.dataset.presence}, '');
  w.addEventListener('pageshow', function (event) { if (event.persisted) { w.location.reload(); } });

  /* Rest, warning, wipe. */
  var last = Date.now(), touched = last, told = 0, before = null, leaving = false, looking = null, asking = null;
  function leave(way) {
    /* At once for the eye, and once for the network, which may need longer than a look at the clock. */
    if (leaving) { return; }
    leaving = true;
    forget();
    hush();
    w.clearInterval(looking);
    if (asking) { asking.abort(); }
    body.textContent = '';
    w.location.replace(way);
    w.setInterval(function () { w.location.replace(way); }, AGAIN);
  }
  function done() { leave('/kiosk/done'); }
  function gone() { leave('/kiosk/done?left=1'); }
  function overdue() { return Date.now() - last > (REST + WARNING) * 1000; }
  function life() {
    var mine = asking = new w.AbortController(), late = w.setTimeout(function () { mine.abort(); }, PATIENCE);
    return w.fetch('/kiosk/here', {method: 'POST', cache: 'no-store', redirect: 'manual', signal: mine.signal}).then(function (answer) {
      /* It was a kiosk, and is none any more. */
      if (answer.type === 'opaqueredirect') { leave('/kiosk/'); }
      if (!answer.ok) { throw new Error('not there'); }
      w.clearTimeout(late);
      outage.hidden = true;
    }).catch(function (problem) {
      w.clearTimeout(late);
      if (!leaving) {
        outage.hidden = start;
        dated();
      }
      throw problem;
    });
  }
  function dated() {
    /* From when the pages are that the worker keeps. */
    var since = d.getElementById('since');
    if (!w.caches || !since.hidden) { return; }
    w.caches.match('/kiosk/filled').then(function (found) { return found && found.text(); }).then(function (when) {
      if (!when) { return; }
      var how = {year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short', timeZone: since.dataset.zone};
      since.querySelector('time').textContent = new Date(Number(when)).toLocaleString(body.dataset.lang, how);
      since.hidden = false;
    });
  }
  function answers(event) {
    /* What is pressed on the warning itself does what it says there. */
    if (!event || !warning || warning.hidden || !warning.contains(event.target)) { return false; }
    if (event.type === 'keydown') { return /^(Enter| |Tab|Shift)$/.test(event.key); }
    return event.type === 'pointermove' || Boolean(event.target.closest('a,button'));
  }
  function alive(event) {
    /* Timers stand still while a machine sleeps or prints: whoever touches it then is somebody else. */
    if (!start && overdue()) { gone(); }
    if (leaving || answers(event)) { return; }
    last = Date.now();
    if (event) { touched = last; }
    if (warning && !warning.hidden) {
      warning.hidden = true;
      hush();
      if (before) { before.focus(); }
    }
    if (!start && last - told > LIFE * 1000) {
      told = last;
      life().catch(function () { return null; });
    }
  }
  function look() {
    if (speaking()) { alive(); }
    var idle = (Date.now() - last) / 1000, left = Math.ceil(REST + WARNING - idle);
    if (left <= 0) { gone(); return; }
    if (idle < REST) { return; }
    warning.querySelector('.left').textContent = left;
    if (warning.hidden) {
      before = d.activeElement;
      warning.hidden = false;
      warning.querySelector('button').focus();
      warn();
    }
  }
  ['keydown', 'pointerdown', 'pointermove', 'touchstart', 'wheel', 'input'].forEach(function (kind) {
    d.addEventListener(kind, alive, {capture: true, passive: true});
  });
  if (start) {
    forget();
    w.setTimeout(function () { w.location.reload(); }, HOUR);
  } else {
    looking = w.setInterval(look, 500);
    alive();
  }

  /* A language that is heard and not read: recordings in it come first, and what menus say in it, by the words on the page. */
  var tongue = w.sessionStorage.getItem('kiosk.tongue'), prompts = JSON.parse(w.sessionStorage.getItem('kiosk.prompts') || '{}');

  /* Speech: files of the city where there are any, else voices that are on this machine, so that nothing is sent to anybody. */
  var sound = kept('kiosk.sound'), playing = null, warned = false;
  function hush() {
    if (w.speechSynthesis) { w.speechSynthesis.cancel(); }
    if (playing) { playing.pause(); playing = null; }
    warned = false;
  }
  function goes(one) { return one && !one.ended && !one.paused; }
  function speaking() {
    /* Nobody listens for so long without a touch; and a voice may be stuck. */
    if (warned || Date.now() - touched > TALK * 1000) { return false; }
    return (sound && w.speechSynthesis && w.speechSynthesis.speaking) || goes(playing) || Array.prototype.some.call(d.querySelectorAll('video'), goes);
  }
  function say(text, lang) {
    hush();
    if (!sound || !text) { return; }
    if (prompts[text]) { play(w.location.origin + prompts[text]); return; }
    if (!w.speechSynthesis) { return; }
    lang = (lang || body.dataset.lang).toLowerCase();
    var all = w.speechSynthesis.getVoices();
    if (!all.length) {
      /* They are there a moment after the page. */
      w.speechSynthesis.onvoiceschanged = function () { w.speechSynthesis.onvoiceschanged = null; say(text, lang); };
      return;
    }
    var voices = all.filter(function (voice) {
      return voice.localService && voice.lang.toLowerCase().replace('_', '-').split('-')[0] === lang.split('-')[0];
    });
    if (!voices.length) { return; }
    var said = new w.SpeechSynthesisUtterance(text);
    said.voice = voices[0];
    said.lang = voices[0].lang;
    w.speechSynthesis.speak(said);
  }
  function play(address, instead) {
    if (playing && playing.src === address) { hush(); return; }
    hush();
    var begun = playing = new w.Audio(address);
    begun.play().catch(function () { if (playing === begun) { playing = null; if (instead) { instead(); } } });
  }
  function silent() { unheard(outage); }
  function unheard(one) {
    if (leaving) { return; }
    one.hidden = false;
    one.scrollIntoView();
    say(one.textContent);
  }
  function warn() {
    say(d.getElementById('rest-words').textContent + ' ' + warning.querySelector('button').textContent);
    warned = true;
  }

  /* Four keys: what is read or chosen next. */
  var ITEMS = 'h1,h2,h3,p,li,dt,dd,caption,td,legend,label,summary,a[href],button,video,select,textarea,input:not([type=hidden])';
  var SOUND = 'a[href$=".mp3"]';
  var PARTS = 'h1,h2,h3,p,li,dt,dd,td,label';
  var at = null, met = '', typing = null, digit = -1, anew = false;
  function seen(one) {
    if (!one.getClientRects().length || one.closest('[hidden],.skip,[aria-hidden=true]')) { return false; }
    if (one.tagName === 'LABEL') { return Boolean(pick(one)); }
    if (/^(A|BUTTON|VIDEO|SELECT|TEXTAREA|INPUT|SUMMARY)$/.test(one.tagName)) {
      return !(one.tagName === 'INPUT' && one.closest('label'));
    }
    return one.textContent.trim() && !one.querySelector(PARTS) && !lone(one);
  }
  function lone(one) {
    /* A paragraph that is nothing but a link is read with the link. */
    return one.children.length === 1 && /^(A|BUTTON)$/.test(one.children[0].tagName) && one.textContent.trim() === one.children[0].textContent.trim();
  }
  function items() {
    var inside = warning && !warning.hidden ? warning : body;
    return Array.prototype.filter.call(inside.querySelectorAll(ITEMS), seen);
  }
  function inner(one) { return one.tagName === 'LABEL' && !one.htmlFor ? one.querySelector('input') : one.tagName === 'LABEL' ? d.getElementById(one.htmlFor) : one; }
  function pick(one) { var box = inner(one); return box && /^(radio|checkbox)$/.test(box.type) ? box : null; }
  function text_of(one) {
    var box = inner(one);
    if (one.dataset.say || one.tagName === 'VIDEO') { return one.dataset.say || one.getAttribute('aria-label'); }
    if (pick(one)) { return one.textContent + (box.checked ? ', ' + words.chosen : ''); }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(one.tagName)) {
      var label = one.labels && one.labels[0] ? one.labels[0].textContent : '';
      var value = one.tagName === 'SELECT' ? one.options[one.selectedIndex].text : one.type === 'password' ? words.taken.replace('#', one.value.length) : one.value || words.empty;
      var wrong = d.getElementById(one.id + '-error');
      return label + '. ' + (wrong ? wrong.textContent + ' ' : '') + value;
    }
    return one.textContent + (one.tagName === 'A' ? ', ' + words.link : one.tagName === 'BUTTON' ? ', ' + words.button : '');
  }
  function recorded(one) {
    /* What can be heard stands right after what it says (ui.listen). */
    var beside = one.nextElementSibling;
    if (is_sound(one)) { return one.href; }
    if (tongue && prompts[one.textContent.trim()]) { return w.location.origin + prompts[one.textContent.trim()]; }
    if (!beside || beside.tagName !== 'P') { return null; }
    var file = (tongue && beside.querySelector('[data-tongue="' + tongue + '"]')) || beside.querySelector(SOUND);
    return file && file.href;
  }
  function is_sound(one) { return one.matches(SOUND); }
  function show(one) {
    if (at) { at.classList.remove('read'); }
    at = one;
    met = one.value;
    one.classList.add('read');
    if (one.tabIndex < 0) { one.setAttribute('tabindex', '-1'); }
    one.focus({preventScroll: true});
    one.scrollIntoView({block: 'center'});
    var file = recorded(one);
    if (file && !(pick(one) && pick(one).checked)) { play(file, read); } else { read(); }
    function read() {
      var near = one.closest('[lang]');
      say(text_of(one).replace(/\s+/g, ' ').trim(), near ? near.lang : root.lang);
    }
  }
  function step(by) {
    var all = items(), place = all.indexOf(at);
    if (!all.length) { return; }
    if (place < 0) { place = Math.max(0, all.indexOf(d.querySelector('main h1'))) - (by > 0 ? 1 : 0); }
    show(all[(place + by + all.length) % all.length]);
  }
  function in_digits(box) { return box.inputMode === 'numeric' || box.type === 'password'; }
  function choose() {
    var box = at && inner(at);
    if (!at) { step(1); return; }
    if (pick(at)) { box.click(); say(text_of(at)); return; }
    if (is_sound(at)) { play(at.href, silent); return; }
    if (at.tagName === 'VIDEO') { if (at.paused) { hush(); at.play().catch(silent); } else { at.pause(); } return; }
    if (at.tagName === 'SELECT') { at.selectedIndex = (at.selectedIndex + 1) % at.options.length; say(text_of(at)); return; }
    if (box && in_digits(box)) {
      typing = box;
      digit = -1;
      anew = box.type === 'password';
      say(words.digits);
      return;
    }
    if (box && (box.tagName === 'TEXTAREA' || box.tagName === 'INPUT')) { box.focus(); say(words.keyboard); return; }
    var link = /^(A|BUTTON|SUMMARY)$/.test(at.tagName) ? at : at.querySelector('a[href],button');
    if (link) { hush(); link.click(); }
  }
  function back() {
    var way = d.querySelector('.back a') || d.querySelector('.brand');
    if (start) { hush(); } else { hush(); way.click(); }
  }
  function type(what) {
    /* 0 to 9, then: ready. */
    if (what === 'back') {
      anew = false;
      if (typing.value) { typing.value = typing.value.slice(0, -1); say(words.taken.replace('#', typing.value.length)); } else { typing = null; }
      return;
    }
    if (what === 'choose') {
      if (digit < 0) { return; }
      if (digit === 10) { typing = null; step(1); return; }
      /* Nobody can see which of the digits that are there was wrong. */
      typing.value = (anew ? '' : typing.value) + digit;
      digit = -1;
      anew = false;
      say(words.taken.replace('#', typing.value.length));
      return;
    }
    digit = (digit + (what === 'next' ? 1 : digit < 0 ? 0 : -1) + 11) % 11;
    say(digit === 10 ? words.ready : String(digit));
  }
  var KEYS = {ArrowDown: 'next', ArrowRight: 'next', ArrowUp: 'previous', ArrowLeft: 'previous', Enter: 'choose', ' ': 'choose', Escape: 'back', Backspace: 'back'};
  function writing() {
    var one = d.activeElement;
    return one && !typing && (one.tagName === 'TEXTAREA' || (one.tagName === 'INPUT' && !/^(radio|checkbox)$/.test(one.type)));
  }
  function as_met(one) {
    /* With the digits in it that it had when one came to it: Enter does not send them, it asks for others. */
    return sound && one === at && one.value === met && in_digits(one);
  }
  function leaves(key) {
    /* Out of a field, by any of the four keys that is of no use in it: on an empty line Enter asks for digits. */
    var one = d.activeElement, empty = !one.value || as_met(one);
    if (key === 'Escape') { return true; }
    return one.tagName === 'INPUT' ? key.slice(0, 5) === 'Arrow' || (key === 'Enter' && empty) : empty && key.slice(0, 5) === 'Arrow';
  }
  d.addEventListener('keydown', function (event) {
    var what = KEYS[event.key];
    if (leaving) { return; }
    if (!writing() && !typing && scanned(event)) { return; }
    if (!what || event.ctrlKey || event.altKey || event.metaKey || (warning && !warning.hidden)) { return; }
    if (!sound && start && what !== 'choose') { listen(true); event.preventDefault(); step(1); return; }
    if (!sound || (writing() && !leaves(event.key))) { return; }
    event.preventDefault();
    if (typing) { type(what); } else if (what === 'next') { step(1); } else if (what === 'previous') { step(-1); } else if (what === 'choose') { choose(); } else { back(); }
  });
  function listen(on) {
    sound = on;
    keep('kiosk.sound', on);
    pressed();
    if (on && start) { looking = w.setInterval(function () { if (speaking()) { alive(); } if (overdue()) { gone(); } }, 1000); }
    if (on && !start) { say(words.on); } else if (!on) { hush(); }
  }
  if (start) {
    /* Sound that was begun here goes on in the page that is chosen. */
    d.addEventListener('click', function (event) {
      var chosen = event.target.closest('a[data-tongue]:not([href$=".mp3"])');
      if (chosen) {
        w.sessionStorage.setItem('kiosk.tongue', chosen.dataset.tongue);
        w.sessionStorage.setItem('kiosk.prompts', JSON.stringify(heard[chosen.dataset.tongue] || {}));
      }
      keep('kiosk.sound', sound || chosen);
    });
    var heard = {};
    if (d.querySelector('[data-tongue]')) {
      w.fetch('/kiosk/pages.json', {cache: 'no-store'}).then(function (answer) { return answer.json(); }).then(function (said) {
        heard = said.prompts;
      }).catch(function () { return null; });
    }
  } else if (sound) {
    w.setTimeout(function () { show(d.querySelector('[autofocus]') || d.querySelector('[role=alert]') || d.querySelector('main h1') || body); }, 300);
  }

  /* A reader of QR codes is a keyboard: what it types goes into the field for the code, wherever one was; where there is none, it signs in. */
  var code = d.getElementById('code'), pin = d.getElementById('pin'), typed = '';
  function scanned(event) {
    if (/^[0-9]$/.test(event.key)) {
      if (code) { code.focus(); } else { typed += event.key; }
      return true;
    }
    var whole = typed.length === 16 && event.key === 'Enter';
    if (whole) { event.preventDefault(); enter(typed); }
    if (event.key !== 'Shift') { typed = ''; }
    return whole;
  }
  function enter(digits) {
    var page = '/' + body.dataset.language + '/sign-in';
    w.fetch(page, {cache: 'no-store'}).then(function (answer) { return answer.text(); }).then(function (html) {
      var form = d.importNode(new w.DOMParser().parseFromString(html, 'text/html').querySelector('form[action="' + page + '"]'), true);
      form.hidden = true;
      form.querySelector('#code').value = digits;
      body.appendChild(form);
      form.submit();
    }).catch(silent);
  }
  if (code && pin) {
    code.addEventListener('keydown', function (event) {
      if (event.key !== 'Enter' || typing || !code.value || pin.value || as_met(code)) { return; }
      event.preventDefault();
      event.stopPropagation();
      if (sound) { show(pin); } else { pin.focus(); }
    });
    if (code.form.action.slice(-8) === '/sign-in') { (d.querySelector('[autofocus]') || code).focus({preventScroll: true}); }
  }

  /* Nothing is sent into nowhere: while there is no network the form stays as it is. */
  d.addEventListener('submit', function (event) {
    var form = event.target, by = event.submitter;
    if (form.method !== 'post' || form.dataset.sure) { return; }
    event.preventDefault();
    if (form.dataset.asked) { return; }
    form.dataset.asked = '1';
    life().then(function () { form.dataset.sure = '1'; form.requestSubmit(by); }, function () {
      delete form.dataset.asked;
      silent();
    });
  });

  /* Buttons that do something only here. */
  function pressed() {
    root.classList.toggle('night', kept('kiosk.night'));
    each('[data-do=sound]', function (one) { one.setAttribute('aria-pressed', sound); });
    each('[data-do=night]', function (one) { one.setAttribute('aria-pressed', kept('kiosk.night')); });
  }
  var DO = {
    sound: function () { listen(!sound); },
    night: function () { keep('kiosk.night', !kept('kiosk.night')); pressed(); },
    stay: function () { alive(); touched = last; },
    print: function () { w.print(); }
  };
  each('[data-do]', function (one) {
    one.hidden = false;
    one.addEventListener('click', function () { DO[one.dataset.do](); });
  });
  d.addEventListener('click', function (event) {
    var link = event.target.closest('a[href]');
    if (!link) { return; }
    if (is_sound(link)) { event.preventDefault(); play(link.href, silent); }
    if (link.origin !== w.location.origin) {
      /* From another site nothing would lead back here. */
      event.preventDefault();
      unheard(d.getElementById('elsewhere'));
    }
  });
  each('[data-done]', function (one) {
    one.addEventListener('click', function (event) { event.preventDefault(); done(); });
  });
  pressed();

  /* What is read while there is no network: fetched while nobody is there. */
  if (start && 'serviceWorker' in w.navigator) {
    w.navigator.serviceWorker.register('/kiosk/worker.js', {scope: '/', updateViaCache: 'none'});
    w.navigator.serviceWorker.ready.then(function (ready) { ready.active.postMessage('refresh'); });
  }
})(window, document);
