/* A receipt's 12 digits as a QR code of version 1, level H, mask 0 (ISO/IEC 18004): small enough to need no library. */
D.qr = function (digits) {
  var size = 21, grid = [], fixed = [], row, column, i, j;
  for (row = 0; row < size; row++) { grid.push(new Array(size).fill(0)); fixed.push(new Array(size).fill(false)); }
  function set(r, c, dark) { if (r >= 0 && c >= 0 && r < size && c < size) { grid[r][c] = dark ? 1 : 0; fixed[r][c] = true; } }
  [[0, 0], [0, 14], [14, 0]].forEach(function (corner) {
    for (i = -1; i < 8; i++) {
      for (j = -1; j < 8; j++) {
        var ring = Math.max(Math.abs(i - 3), Math.abs(j - 3));
        set(corner[0] + i, corner[1] + j, ring !== 2 && ring !== 4);
      }
    }
  });
  for (i = 8; i < 13; i++) { set(6, i, i % 2 === 0); set(i, 6, i % 2 === 0); }
  /* Format: level H (2), mask 0, with its own check bits. */
  var format = 2 << 13, rest = format;
  for (i = 14; i >= 10; i--) { if (rest >> i & 1) { rest ^= 0x537 << (i - 10); } }
  format = (format | rest) ^ 0x5412;
  for (i = 0; i < 15; i++) {
    var bit = format >> i & 1;
    if (i < 6) { set(i, 8, bit); } else if (i < 8) { set(i + 1, 8, bit); } else { set(size - 15 + i, 8, bit); }
    if (i < 8) { set(8, size - 1 - i, bit); } else if (i === 8) { set(8, 7, bit); } else { set(8, 14 - i, bit); }
  }
  set(13, 8, 1);
  /* Data: numeric, three digits in ten bits; then 17 bytes of Reed and Solomon. */
  var bits = '0001' + ('000000000' + digits.length.toString(2)).slice(-10);
  for (i = 0; i < digits.length; i += 3) { bits += ('000000000' + Number(digits.slice(i, i + 3)).toString(2)).slice(-10); }
  bits += '0000';
  while (bits.length % 8) { bits += '0'; }
  var data = bits.match(/.{8}/g).map(function (byte) { return parseInt(byte, 2); });
  for (i = 0; data.length < 9; i++) { data.push(i % 2 ? 0x11 : 0xec); }
  function times(a, b) {
    var product = 0;
    for (; b; b >>= 1) { if (b & 1) { product ^= a; } a = a << 1 ^ (a & 128 ? 0x11d : 0); }
    return product;
  }
  var divisor = [1], root = 1;
  for (i = 0; i < 17; i++) {
    divisor = divisor.concat([0]).map(function (value, place) { return value ^ times(place ? divisor[place - 1] : 0, root); });
    root = times(root, 2);
  }
  var check = data.concat(new Array(17).fill(0));
  for (i = 0; i < 9; i++) { var lead = check[i]; divisor.forEach(function (value, place) { check[i + place] ^= times(value, lead); }); }
  var stream = data.concat(check.slice(9)).map(function (byte) { return ('0000000' + byte.toString(2)).slice(-8); }).join('');
  var at = 0, up = true;
  for (column = size - 1; column > 0; column -= 2) {
    if (column === 6) { column = 5; }
    for (i = 0; i < size; i++) {
      row = up ? size - 1 - i : i;
      for (j = column; j > column - 2; j--) {
        if (!fixed[row][j]) { grid[row][j] = Number(stream[at++] || 0) ^ ((row + j) % 2 === 0 ? 1 : 0); }
      }
    }
    up = !up;
  }
  return grid;
};

D.drawn = function (digits) {
  var space = 'http://www.w3.org/2000/svg', picture = document.createElementNS(space, 'svg'), path = document.createElementNS(space, 'path');
  var outline = '';
  D.qr(digits).forEach(function (squares, row) {
    squares.forEach(function (dark, column) { if (dark) { outline += 'M' + (column + 4) + ' ' + (row + 4) + 'h1v1h-1z'; } });
  });
  path.setAttribute('d', outline);
  picture.setAttribute('viewBox', '0 0 29 29');
  picture.setAttribute('class', 'qr');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', 'QR');
  picture.append(path);
  return picture;
};
