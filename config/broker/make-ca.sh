#!/usr/bin/env bash
# A small authority for a trial: certificates for a broker, its centres and its gateways.
#
#     make-ca.sh init FOLDER                 make the authority, in a new folder
#     make-ca.sh broker FOLDER HOST ...      certify the broker, under its host names or addresses
#     make-ca.sh centre FOLDER NAME          make a key and a certificate for centre-NAME
#     make-ca.sh gateway FOLDER REQUEST      certify a gateway's request (from `firegw enrol`)
#     make-ca.sh revoke FOLDER CERTIFICATE   revoke, and write crl.pem anew
#
# Whoever can read ca.key can be any gateway and any centre: keep the folder off the broker's
# machine. In earnest a province uses an authority of its own, and looks here for what it must do.
set -o errexit -o nounset -o pipefail
shopt -s inherit_errexit
umask 077

readonly YEARS_10=3650
readonly YEARS_2=730
# Names that may stand in a topic; a centre's begin with centre-, and no gateway's does.
readonly NAME='[A-Za-z0-9_-]{1,64}'

die() {
  echo "make-ca.sh: $1" >&2
  exit 1
}

usage() { sed -n '4,8s/^# *//p' "$0"; }

configuration() {
  cat <<END
[ca]
default_ca = authority

[authority]
database = index.txt
new_certs_dir = issued
certificate = ca.pem
private_key = ca.key
rand_serial = yes
default_md = sha256
# One that has expired would shut everybody out, so it lasts as long as the authority.
default_crl_days = $YEARS_10
policy = as_given
# The same gateway has a new certificate before its old one is revoked.
unique_subject = no
# What a request asks for is looked at here and written anew, never copied.
copy_extensions = none

[as_given]
organizationName = optional
commonName = supplied

[req]
distinguished_name = none
prompt = no

[none]

[authority_itself]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
END
}

extensions() { # PURPOSE NAMES
  cat <<END
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = $1
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $2
END
}

# A clock that is a little slow must not find what is made here to be of the future.
an_hour_ago() { date --utc --date='1 hour ago' +%Y%m%d%H%M%SZ; }

make_key() { # FILE
  [ ! -e "$1" ] || die "$1 is there already; it is not written over"
  openssl ecparam -name prime256v1 -genkey -noout -out "$1"
}

sign() { # REQUEST CERTIFICATE SUBJECT PURPOSE NAMES
  openssl ca -batch -notext -config openssl.cnf -startdate "$(an_hour_ago)" -days $YEARS_2 -subj "$3" \
    -extfile <(extensions "$4" "$5") -in "$1" -out "$2.new" 2>openssl.log ||
    die "openssl: $(tail -n 1 openssl.log)"
  chmod 644 "$2.new"
  mv "$2.new" "$2"
  echo "$PWD/$2"
}

make_signed() { # NAME SUBJECT PURPOSE NAMES: a key of our own, and its certificate
  make_key "$1.key"
  openssl req -new -config openssl.cnf -key "$1.key" -subj "$2" -out "$1.request"
  sign "$1.request" "$1.pem" "$2" "$3" "$4"
  rm "$1.request"
}

write_crl() {
  openssl ca -config openssl.cnf -gencrl -crl_lastupdate "$(an_hour_ago)" -out crl.pem.new 2>openssl.log ||
    die "openssl: $(tail -n 1 openssl.log)"
  chmod 644 crl.pem.new
  mv crl.pem.new crl.pem
}

init() {
  [ ! -e "$folder/ca.key" ] || die "$folder has an authority already; it is not written over"
  mkdir -p "$folder/issued"
  cd "$folder"
  configuration >openssl.cnf
  touch index.txt
  make_key ca.key
  openssl req -new -x509 -config openssl.cnf -extensions authority_itself -key ca.key \
    -days $YEARS_10 -subj '/CN=fire gateways, trial authority' -out ca.pem
  chmod 644 ca.pem
  write_crl
  echo "$PWD/ca.pem"
}

broker() { # HOST ...
  local host names=()
  for host in "$@"; do
    case $host in
      *[!A-Za-z0-9.:-]* | '') die "'$host' is neither a host name nor an address" ;;
      *:* | [0-9]*.[0-9]*.[0-9]*.[0-9]*) names+=("IP:$host") ;;
      *) names+=("DNS:$host") ;;
    esac
  done
  make_signed broker "/CN=$1" serverAuth "$(IFS=,; echo "${names[*]}")"
}

centre() { # NAME
  [[ $1 =~ ^$NAME$ ]] || die "'$1' is no name: letters, digits, - and _"
  make_signed "centre-${1#centre-}" "/CN=centre-${1#centre-}" clientAuth \
    "URI:urn:pccc:centre:${1#centre-}"
}

gateway() { # REQUEST: of openssl's own words, since the request is a stranger's
  local text subject uri site id key
  openssl req -in "$1" -noout -verify 2>/dev/null || die "$1 is no certificate request"
  subject=$(openssl req -in "$1" -noout -subject -nameopt RFC2253,sep_multiline,-dn_rev)
  text=$(openssl req -in "$1" -noout -text)
  [[ $subject =~ $'\n'[[:space:]]*O=($NAME)$'\n'[[:space:]]*CN=($NAME)$ ]] ||
    die "$1 does not name a site (O) and a gateway (CN), and nothing else"
  site=${BASH_REMATCH[1]} id=${BASH_REMATCH[2]}
  [[ $id != centre-* ]] || die "$1 asks to be $id: that is a centre's name, not a gateway's"
  [[ $text =~ URI:(urn:pccc:[0-9]{2}:$site:$id)($'\n'|,) ]] ||
    die "$1 does not say urn:pccc:PROVINCE:$site:$id"
  uri=${BASH_REMATCH[1]}
  key=$(openssl req -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -c)
  echo "$uri"
  echo "fingerprint, to be compared by telephone: ${key#*= }"
  if [[ $text =~ unstructuredName[[:space:]]*:(replaces[ A-Za-z0-9]{0,60}) ]]; then
    echo "it says: ${BASH_REMATCH[1]}; revoke that one when this one is in use"
  fi
  sign "$1" "$id.pem" "/O=$site/CN=$id" clientAuth "URI:$uri"
}

revoke() { # CERTIFICATE
  openssl ca -config openssl.cnf -revoke "$1" 2>openssl.log ||
    grep --quiet 'Already revoked' openssl.log || die "openssl: $(tail -n 1 openssl.log)"
  write_crl
  echo "$PWD/crl.pem: copy it to the broker, and restart that"
}

command -v openssl >/dev/null || die "openssl is missing: sudo apt-get install openssl"
[ $# -ge 2 ] || { usage >&2 && exit 2; }
readonly task=$1 folder=$2
shift 2
case $task in
  init)
    [ $# -eq 0 ] || die "init takes a folder and nothing else"
    init
    exit
    ;;
  broker) [ $# -ge 1 ] || die "broker needs the broker's host name" ;;
  gateway | revoke)
    if [ $# -ne 1 ] || ! [ -f "$1" ]; then die "$task needs one file"; fi
    set -- "$(realpath "$1")"
    ;;
  centre) [ $# -eq 1 ] || die "centre needs a name" ;;
  *) usage >&2 && exit 2 ;;
esac
cd "$folder" 2>/dev/null || die "$folder: there is no such folder"
[ -e ca.key ] || die "$folder has no authority: make-ca.sh init $folder"
"$task" "$@"
