"""The words of other languages in messages of Windows, Java, and OpenSSL’s users, in English.

Such a message is not translated: each known phrase of it is replaced, so that what it says is
found by the same rules. Accents were removed before (see
:func:`~handfast.handshake.explanations.spelling.folded`).
"""

from __future__ import annotations

import functools
import re
from typing import Final

from handfast.handshake.explanations.spelling import folded

#: English, and how other languages say it; longer phrases win over shorter ones within them.
_SAID: Final = """
the remote certificate is invalid according to the validation procedure:
 das remotezertifikat ist laut validierungsverfahren ungultig,
 das remotezertifikat ist gemass dem validierungsverfahren ungultig,
 le certificat distant n'est pas valide selon la procedure de validation,
 el certificado remoto no es valido segun el procedimiento de validacion,
 certificado remoto invalido de acordo com o procedimento de validacao,
 o certificado remoto e invalido de acordo com o procedimento de validacao,
 il certificato remoto non e valido secondo la procedura di convalida,
 удаленный сертификат недействителен согласно результатам проверки подлинности,
 根据验证过程，远程证书无效, 根据验证过程,远程证书无效,
 検証プロシージャによると、リモート証明書は無効です
the underlying connection was closed: die zugrunde liegende verbindung wurde geschlossen,
 la connexion sous-jacente a ete fermee, se ha terminado la conexion, se termino la conexion,
 a conexao subjacente estava fechada, a conexao subjacente foi fechada,
 la connessione sottostante e stata chiusa, connessione sottostante chiusa,
 базовое соединение закрыто, 基础连接已经关闭, 基础连接已关闭, 基礎接続が閉じられました,
 接続が切断されました
an unexpected error occurred on a send: unerwarteter fehler beim senden,
 erreur inattendue lors de l'envoi, une erreur inattendue s'est produite lors de l'envoi,
 error inesperado de envio, error inesperado en un envio, erro inesperado em um envio,
 errore imprevisto durante un'operazione di invio, непредвиденная ошибка при передаче,
 发送时发生错误, 送信時に、予期しないエラーが発生しました
an unexpected error occurred on a receive: unerwarteter fehler beim empfangen,
 une erreur inattendue s'est produite lors de la reception, error inesperado de recepcion,
 error inesperado en una recepcion, erro inesperado em um recebimento,
 erro inesperado em uma recepcao, errore imprevisto durante un'operazione di ricezione,
 непредвиденная ошибка при приеме, 接收时发生错误, 受信時に、予期しないエラーが発生しました
could not create ssl/tls secure channel:
 es konnte kein geschutzter ssl/tls-kanal erstellt werden,
 impossible de creer un canal securise ssl/tls, no se puede crear un canal seguro ssl/tls,
 nao foi possivel criar um canal seguro para ssl/tls, impossibile creare un canale sicuro ssl/tls,
 не удалось создать защищенный канал ssl/tls, 未能创建 ssl/tls 安全通道,
 ssl/tls のセキュリティで保護されているチャネルを作成できませんでした
could not establish trust relationship for the ssl/tls secure channel:
 fur den geschutzten ssl/tls-kanal konnte keine vertrauensstellung hergestellt werden,
 impossible d'etablir une relation de confiance pour le canal securise ssl/tls,
 no se puede establecer una relacion de confianza para el canal seguro ssl/tls,
 nao foi possivel estabelecer uma relacao de confianca para o canal seguro ssl/tls,
 nao foi possivel estabelecer relacao de confianca para o canal seguro de ssl/tls,
 nao foi possivel estabelecer relacao de confianca para o canal seguro ssl/tls,
 impossibile stabilire una relazione di trust per il canale sicuro ssl/tls,
 impossibile stabilire una relazione di trust per il canale protetto ssl/tls,
 nie mozna ustanowic relacji zaufania dla bezpiecznego kanalu ssl/tls,
 не удалось установить доверительные отношения для защищенного канала ssl/tls,
 未能为 ssl/tls 安全通道建立信任关系, 未能为ssl/tls安全通道建立信任关系,
 ssl/tls のセキュリティで保護されているチャネルに対する信頼関係を確立できませんでした
terminated in a root certificate which is not trusted by the trust provider:
 mit einem stammzertifikat, das beim vertrauensanbieter nicht als vertrauenswurdig gilt,
 termina en un certificado de raiz no compatible con el proveedor de confianza,
 termina en un certificado raiz que no es de confianza,
 s'est terminee par un certificat racine qui n'est pas approuve,
 在不受信任提供程序信任的根证书中终止, 但是在不受信任提供程序信任的根证书中终止,
 信頼プロバイダーが信頼していないルート証明書で強制終了しました
the certificate chain was issued by an authority that is not trusted:
 die zertifikatkette wurde von einer nicht vertrauenswurdigen zertifizierungsstelle ausgestellt,
 la cadena de certificacion fue emitida por una entidad en la que no se confia,
 la cadena de certificados fue emitida por una entidad en la que no se confia,
 la chaine de certificats a ete fournie par une autorite qui n'est pas approuvee,
 цепочка сертификатов выпущена центром сертификации, не имеющим доверия, 证书链是由不受信任的颁发机构颁发的,
 信頼されていない機関によって証明書チェーンが発行されました
the specified network password is not correct: das angegebene netzwerkkennwort ist falsch,
 la contrasena de red especificada no es valida, la contrasena de red especificada no es correcta,
 le mot de passe reseau specifie est incorrect, le mot de passe reseau specifie n'est pas correct,
 a senha de rede especificada nao esta correta, la password di rete specificata non e corretta,
 указан неправильный сетевой пароль, 指定的网络密码不正确, 指定されたネットワーク パスワードが間違っています
because they do not possess a common algorithm: da sie uber keinen gemeinsamen algorithmus verfugen,
 porque no tienen un algoritmo comun, car ils ne possedent pas d'algorithme commun,
 porque nao tem um algoritmo comum, поскольку у них нет общего алгоритма, 因为它们没有共同的算法,
 一般的なアルゴリズムがないため
the message received was unexpected or badly formatted:
 die empfangene nachricht war unerwartet oder fehlerhaft formatiert,
 le message recu etait inattendu ou formate de facon incorrecte,
 el mensaje recibido es inesperado o su formato es incorrecto, 收到的消息异常，或格式不正确,
 受け取ったメッセージは予期しないものだったか、または形式が間違っています
keyset does not exist: schlusselsatz ist nicht vorhanden, schlusselsatz nicht vorhanden,
 el conjunto de claves no existe, le jeu de cles n'existe pas, набор ключей не существует, 密钥集不存在,
 キーセットがありません
cannot find object or property: das objekt oder die eigenschaft wurde nicht gefunden,
 objekt oder eigenschaft wurde nicht gefunden, no se puede encontrar el objeto o la propiedad,
 l'objet ou la propriete specifiee est introuvable, не удается найти объект или свойство, 找不到对象或属性
unable to check revocation because the revocation server was offline:
 da der sperrserver offline war, porque el servidor de revocacion esta sin conexion,
 car le serveur de revocation etait hors connexion, 由于吊销服务器已脱机, 因此吊销功能无法检查吊销
no subject alternative names: kein alternativer antragstellername
key pair not generated: 未生成密钥对, 鍵ペアは生成されませんでした, schlusselpaar nicht generiert,
 schlusselpaar wurde nicht generiert, par de claves no generado, par de chaves nao gerado
already exists: 已经存在, 已存在, すでに存在します, 既に存在します, ist bereits vorhanden, bereits vorhanden,
 existiert bereits, ya existe, ja existe, existe deja, gia esistente, уже существует,
 이미 존재합니다, 이미 존재
trusted chain: cadeia confiavel, cadena de confianza, cadena confiable, vertrauenskette,
 chaine de confiance, catena attendibile, доверенная цепочка, доверенной цепочки, 信任链
signing certificate: firma electronica, assinatura digital, certificado de firma,
 certificado de assinatura, signaturzertifikat, certificat de signature,
 электронной подписи, сертификат подписи, 签名证书
certificate: serverzertifikats, serverzertifikat, zertifikats, zertifikates, zertifikate,
 zertifikaten, zertifikat, certificados, certificado, certificats, certificat, certificati,
 certificato, certificaat, certifikatet, certifikat, certyfikatu, certyfikat, certyfikatow, sertifika, sertifikat,
 sertifikasi, certifikatu, tanusitvany, varmenne, certificado digital, certificados digitales,
 сертификат~, сертифікат~, 证书, 憑證, 凭证, 証明書, 인증서
client certificate: clientzertifikat~, client-zertifikat~, benutzerzertifikat~,
 geratezertifikat~, клиентского сертификата, клиентским сертификатом, certificado de cliente,
 certificado do cliente, certificat client, клиентский сертификат, 客户端证书, クライアント証明書
certificate chain: zertifikatkette, zertifikatskette, cadena de certificados,
 cadeia de certificados, chaine de certificats, catena di certificati, цепочк~ сертификатов, цепочк~ доверия, 证书链, 証明書チェーン, 인증서 체인
certification path: zertifizierungspfad, zertifizierungspfads, ruta de certificacion,
 chemin de certification, caminho de certificacao, путь сертификации, 证书路径, 証明書パス
certificate authority: zertifizierungsstelle, stammzertifizierungsstelle,
 autoridad de certificacion, autoridad certificadora, autoridade de certificacao,
 autorite de certification, autorita di certificazione, центр сертификации,
 центром сертификации, 证书颁发机构, 颁发机构, 認証局, 証明機関, 인증 기관
issuer: aussteller, emisor, emissor, emetteur, emittente, издатель, 颁发者, 发行者, 発行者
root certificate: stammzertifikat~, wurzelzertifikat~, корнев~ сертификат~, корнев~ центр~, certificado raiz, certificat racine, корневой сертификат,
 根证书, ルート証明書
server certificate: certificado do servidor, certificado del servidor, certificat du serveur,
 certificat serveur, certificato del server, serverzertifikat, serverzertifikats, сертификат сервера,
 сертификата сервера, сертификату сервера, 服务器证书, 伺服器憑證, サーバー証明書, サーバ証明書, 서버 인증서
certificate password: contrasena del certificado, clave del certificado, senha do certificado,
 mot de passe du certificat, password del certificato, zertifikatskennwort, zertifikatspasswort,
 kennwort des zertifikats, пароль сертификата, пароль от сертификата, 证书密码, 証明書のパスワード
private key password: contrasena de la clave privada, senha da chave privada,
 mot de passe de la cle privee, пароль закрытого ключа, пароль к закрытому ключу, 私钥密码
signing certificate: certificado de assinatura, certificado assinatura, certificado de firma,
 certificat de signature, signaturzertifikat, signaturzertifikats, сертификата подписи,
 сертификат подписи, 签名证书, 署名証明書
private key: privater schlussel, privaten schlussel, private schlussel, privatem schlussel,
 clave privada, chave privada, cle privee, chiave privata, llave privada, privesleutel,
 klucz prywatny, klucza prywatnego, закрыт~ ключ~, приватн~ ключ~, приватн~, секретн~ ключ~,
 schlusseldatei, privatschlussel,
 私钥, 私有密钥, 秘密鍵, 私密金鑰, 개인 키
keystore: schlusselspeicher, keystore-datei, almacen de claves, almacen de certificados,
 armazenamento de chaves, fichier de cles, magasin de cles, хранилище ключей,
 хранилища ключей, 密钥库, キーストア, 키 저장소
trust store: vertrauensspeicher, almacen de confianza, 信任库, 信任存储, トラストストア
public key: offentlich~ schlussel~, clave publica, llave publica, chave publica,
 cle publique, chiave pubblica, открыт~ ключ~, публичн~ ключ~, 公钥, 公開鍵, 공개 키
key: schlussel~, clave, llave, chave, ключ~, 密钥, 鍵
password: kennwort~, passwort~, contrasena, palabra de paso, mot de passe, senha,
 парол~, 密码, 口令, パスワード, 암호, 비밀번호, wachtwoord, haslo, hasla, sifre, parola, heslo, losenord,
 adgangskode, mat khau
signature: signatur, firma, assinatura, подпись, 签名, 署名
host name: hostname, hostnamen, servername, rechnername, servernamen, hostnamens, rechnernamen, им~ узла, им~ хоста, им~ сервера, nombre de host, nombre del servidor,
 nome do host, nome do servidor, nom d'hote, nom du serveur, nome host, имя хоста, имя сервера,
 имени узла, 主机名, 域名, ホスト名, 호스트 이름
handshake: handshake, poignee de main, apretón de manos, negociacion, negociacao, negociation, рукопожатие,
 рукопожатия, 握手, ハンドシェイク, 핸드셰이크
connection: verbindung, conexion, conexao, connexion, connessione, соединение, соединения,
 подключение, подключения, 连接, 接続, 連線, 연결
secure connection: sichere verbindung, sicheren verbindung, conexion segura, conexao segura,
 connexion securisee, защищенное соединение, 安全连接, 安全な接続
secure channel: sicherer kanal, sicheren kanal, ssl/tls-kanal, canal seguro, canal securise,
 защищенный канал, защищенного канала, 安全通道, 安全なチャネル, セキュリティで保護されたチャネル
file: datei, fichier, archivo, fichero, arquivo, файл, 文件, 檔案, ファイル, 파일
expired: abgelaufen, expirado, expirada, caducado, caducada, vencido, vencida, expirou, expire,
 a expire, arrive a expiration, est arrive a expiration, est perime, perime, perimee,
 no esta vigente, no vigente, no se encuentra vigente, nao esta vigente, fora da validade,
 fora do prazo de validade, fuera de vigencia, ha caducado, ha expirado, esta vencido,
 esta caducado, недействителен по времени, недействителен по датам, недействителен по сроку,
 истекло, истекла, истек~ срок~, истек~ действ~, просрочен~, nicht mehr gultig, ist verfallen,
 e scaduto, e scaduta, scaduto, verlopen, wygasl, utlopt, udlobet, vyprsel, suresi doldu,
 suresi dolmus, истек, истекший, срок действия истек, 已过期,
 过期, 到期, 期限切れ, 有効期限が切れ, 期限が切れ, 만료, 過期
not yet valid: noch nicht gultig, aun no es valido, todavia no es valido, ainda nao e valido,
 pas encore valide, еще не действителен, 尚未生效, まだ有効では
invalid: ungultig, ungultige, ungultiges, ungultigen, invalido, invalida, no es valido,
 no valido, nao e valido, non valide, invalide, n'est pas valide, non valido, недействительный,
 недействителен, неверный, неверен, неверная, неверное, недопустимый, недействительна,
 недействительное, невалиден, невалидный, невалидна, некорректный, некорректен, неправильный, недійсний,
 no es valida, nao e valida, ogiltigt, ogiltig, neplatny, gecersiz, nieprawidlowy, nieprawidlowe,
 有误, 有誤, 不合法, 无效, 無效, 無効, 不正, 잘못된, ungeldig, ongeldig
wrong: falsch, falsches, errado, errada, equivocada, equivocado, incorrecto, incorrecta, incorreto, incorreta, incorrect, errata, errato,
 不正确, 错误的, 不正確, 正しくありません, 間違って
only trusted certificates: nur vertrauenswurdige zertifikate
does not trust: nao confia, no confia, ne fait pas confiance, non si fida, vertraut nicht,
 не доверяет, не доверяют
not trusted: niet vertrouwd, niet vertrouwde, не входит в список доверенных, нет в списке доверенных,
 не доверен, nao sao confiaveis, no son de confianza, niezaufany, ikke betroet, nicht vertrauenswurdig, nicht vertraut, no es de confianza, no de confianza,
 no confiable, nao confiavel, nao e confiavel, pas approuve, non approuve, pas fiable,
 pas de confiance, non attendibile, не является доверенным, не доверенный, недоверенный,
 ненадежный, 不受信任, 不可信, 不受信, 信頼されていない, 信頼されていません, 신뢰할 수 없
self signed: 자체 서명, 자가 서명, samopodpisany, zelfondertekend, autofirmato, selbstsigniert, selbstsigniertes, selbst signiert, autofirmado, auto-assinado,
 autoassinado, auto-signe, autosigne, самоподписанный, самозаверенный, 自签名, 自簽, 自己署名
does not match: несоответстви~, не соответств~, не совпада~, не подход~, не принадлежит,
 passt nicht, passen nicht, gehort nicht, no pertenece, nao pertence, n'appartient pas,
 no concuerda, nao confere, non appartiene, stimmt nicht uberein, nicht uberein, stimmen nicht, stimmt nicht mit,
 no coincide, no coinciden, no corresponde, nao corresponde, nao coincide, ne correspond pas,
 ne correspondent pas, non corrisponde, не совпадает, не соответствует, 不匹配, 不符, 不一致,
 一致しません, 一致しない, 일치하지
revoked: gesperrt, widerrufen, revocado, revogado, revoque, revocato, отозван, 已吊销, 吊销, 撤销,
 失効, 해지
revocation: sperrung, sperrstatus, sperrfunktion, sperrliste, sperrprufung, revocacion,
 revogacao, отзыва, отзыв
does not exist: ist nicht vorhanden, existiert nicht, no existe, nao existe, n'existe pas,
 не существует, 不存在, 存在しません
does not contain: n'a pas, ne contient pas, no contiene, no tiene, nao contem, nao tem, nao possui,
 hat kein, hat keine, hat keinen, enthalt kein, enthalt keine, enthalt keinen, enthalt nicht, non contiene, bevat geen,
 не содержит, не имеет, 不包含, 不含, 含まれていません
no: aucun, aucune, nenhum, nenhuma, ninguno, ninguna, ningun, nessun, nessuna, geen, zadnego, ни один
found: trouve, trouvee, trouves, encontrado, encontrada, encontrados, trovato, trovata, gefunden, gevonden
not found: nicht gefunden, nicht finden, nicht vorhanden, no encontrado, no encontrada,
 no se encuentra, no se encontro, nao encontrado, nao foi encontrado,
 introuvable, pas trouve, non trovato, nie znaleziono, niet gevonden, hittades inte, bulunamadi,
 no fue encontrado, no se ha encontrado, no localizado, nao localizado, nao foi localizado,
 не найден, не найдена, не найдено, не найдены, не найдет, не обнаружен, не обнаружена, 没有找到, 未检测到, не удается найти,
 не удалось найти, 找不到, 未找到, 見つかりません, 見つからない, 찾을 수 없
missing: fehlt, fehlend, fehlende, falta, faltante, ausente, manquant, manquante, manca,
 отсутствует, 缺少, 缺失, がありません
access denied: zugriff verweigert, acceso denegado, acesso negado, acces refuse, accesso negato,
 отказано в доступе, 拒绝访问, アクセスが拒否
could not find: nao foi possivel identificar, nao foi possivel localizar, nao foi possivel encontrar,
 no se pudo encontrar, no se pudo localizar, impossible de trouver
could not build: не строится, не удалось построить, не удается построить,
 невозможно построить, не построена, konnte nicht gebildet werden, no se pudo construir,
 nao foi possivel construir, n'a pas pu etre construite, 无法构建, 构建失败
already redeemed: уже погашен, bereits eingelost, ya canjeado, ja resgatado
malformed: nicht lesbar, unlesbar, 损坏, 破損
not trusted: ненадежн~, недоверенн~, не доверен~, не заслуживает доверия,
 nicht als vertrauenswurdig eingestuft, noch nicht als vertrauenswurdig eingestuft,
 не прошел проверку, не проверен~
could not: nie mozna, nie udalo sie, kan niet, kunde inte, kunne ikke, nelze, no ha sido posible,
 nao conseguiu, nao consegui, konnte nicht, konnten nicht, kann nicht, konnte keine, no se pudo, no se pudieron,
 no se puede, no pudo, no fue posible, nao foi possivel, nao e possivel, nao pode,
 impossible de, n'a pas pu, ne peut pas, impossibile, non e stato possibile, не удалось,
 не удается, невозможно, 无法, 不能, 無法, できません, できませんでした, 할 수 없
failed: fehlgeschlagen, fehlschlag, gescheitert, schlug fehl, fallo, fallido, ha fallado,
 error al, falhou, falha, a echoue, echoue, echouee, echec, fallito, mislukt, ошибка, сбой, 失败, 失敗, 错误, 錯誤,
 エラー, 실패, 오류
error: fehler, fehlermeldung, erreur, errore, erro
verify: uberprufung, uberpruft, uberprufen, prufung, verifizieren, verifiziert, verificar,
 verificacion, validar, validacion, verificacao, validacao, verifier, verification, valider,
 verifica, проверить, проверки, проверка, 验证, 驗證, 校验, 検証, 확인
retrieve: отобразить, resgatar, obtener, obter, recuperar, abrufen, recuperer, ottenere, получить,
 获取, 取得
available: disponible, disponivel, verfugbar, disponibile, доступен, доступна
download: descarga, descargar, herunterladen, telechargement, telecharger, скачивания
load: laden, geladen, cargar, cargado, carregar, carregado, charger, charge, caricare, загрузить,
 加载, 载入, 読み込み, 読み込め
read: lesen, gelesen, leer, lido, lire, leggere, прочитать, 读取, 読み取り
create: erstellen, erstellt, crear, criar, creer, creare, создать, 创建, 作成
establish: hergestellt, herstellen, aufgebaut, establecer, establecerse, estabelecer, etablir,
 stabilire, установить, 建立, 確立
rejected: abgelehnt, zuruckgewiesen, verweigert, rechazado, rechazada, recusado, rejete, refusee,
 rifiutato, отклонен, отвергнут, 拒绝, 拒否, 거부
required: erforderlich, benotigt, requerido, requerida, requeridos, obligatorio, obligatoria,
 obrigatorio, obrigatoria, necesaria, necessaria, richiesto, richiesta, vereist, wymagane, wymagany,
 обязателен, обязательно, 必须, 必需, necesario, necessario, obligatoire, requis,
 требуется, 需要, 必要
supported: unterstutzt, soportado, compatible, suportado, pris en charge, supporte, supportato,
 поддерживается, 支持, サポート
not supported: не поддерживается, не поддерживаются, nicht unterstutzt, no soportado, no soportada,
 no admitido, no admitida, no se admite, nao suportado, nao suportada, nao e suportado,
 non supporte, n'est pas pris en charge, n'est pas supporte, non supportato, 不支持, 不受支持,
 サポートされていません, サポートされない, 지원되지 않, 지원하지 않
no certificate: kein zertifikat, keine zertifikate, aucun certificat, pas de certificat,
 ningun certificado, nenhum certificado, nessun certificato, нет сертификата, 没有证书, 无证书,
 証明書がありません, 인증서가 없
did not send: n'a pas presente, n'a pas envoye, n'a pas fourni, no presento, no envio,
 no proporciono, no ha presentado, no ha enviado, nao apresentou, nao enviou, nao forneceu,
 не предоставил~, не отправил~, не предъявил~, не прислал~, non ha presentato, non ha inviato,
 nicht gesendet, nicht vorgelegt, nicht prasentiert, 未提供, 未发送, 没有提供, 没有发送,
 提示しませんでした, 送信しませんでした
sent: gesendet, vorgelegt, prasentiert, enviado, presentado, apresentado, envoye, presente, отправлен
client: клиент~, 客户端, クライアント, cliente, 클라이언트
server: сервер~, 服务器, サーバー, サーバ, servidor, serveur, 서버
protocol: протокол~, protokoll, protocolo, protocole, protocollo, 协议, 協定, プロトコル, 프로토콜
version: верси~, 版本, バージョン, versao, 버전
not: nicht, kein, не, nao, ne, keine, keinen, keiner, 不, 未, 没有, しません, されていません
closed: geschlossen, cerrado, cerrada, fechado, fechada, ferme, fermee, chiusa, закрыто, 关闭, 已关闭
timed out: zeituberschreitung, tiempo de espera, tempo limite, delai d'attente, время ожидания,
 超时, タイムアウト, 시간 초과
alias: aliasname, 别名, 別名
format: 格式, 形式, formato, формат~
unknown: unbekannt, unbekannte, unbekannter, desconocido, desconocida, desconhecido, inconnu,
 inconnue, sconosciuto, неизвестный, неизвестен, 未知, 不明
remote: remoteserver, remote-server, servidor remoto, serveur distant, удаленный, удаленного,
 远程, リモート
valid: gultig, valido, valida, valide, действителен, действительный, 有效, 有効
not permitted for: ist nicht zugelassen fur, nicht zugelassen fur, nicht bestimmt fur
not intended: non prevu, n'est pas prevu, no esta destinado, no destinado, nao destinado,
 n'est pas destine, non destinato
client authentication: l'authentification du client, authentification client,
 authentification du client, autenticacion de cliente, autenticacion del cliente,
 autenticacao de cliente, autenticacao do cliente, clientauthentifizierung, client-authentifizierung,
 аутентификации клиента, проверки подлинности клиента, 客户端身份验证, 客户端认证, クライアント認証
server authentication: l'authentification du serveur, authentification serveur,
 autenticacion de servidor, autenticacion del servidor, autenticacao de servidor,
 autenticacao do servidor, serverauthentifizierung, server-authentifizierung,
 аутентификации сервера, проверки подлинности сервера, 服务器身份验证, 服务器认证, サーバー認証
intended: bestimmt, vorgesehen, zugelassen, destinado, previsto, предназначен~
for: fur, para, pour, для
code signing: codesignatur, codesignierung, code-signierung, firma de codigo,
 assinatura de codigo, signature de code, подписи кода, подписания кода
time stamping: zeitstempel, sello de tiempo, horodatage, carimbo de tempo
extended key usage: erweiterte schlusselverwendung, schlusselverwendung,
 uso mejorado de claves, utilisation de la cle
the: der, die, das, el, la, le, los, las, les, il
is: ist, es, est, e
""".strip()

_ASIAN: Final = re.compile(r"[\u0400-\u04ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
#: German compounds of which only the last part is known, and umlauts as typed without them.
_COMPOUND: Final = re.compile(
    r"(?<=[a-z])(?=zertifikat|schlussel\b|kennwort|passwort)|(?<=zertifikats)(?=[a-z])"
)
_UMLAUT: Final = re.compile(r"(schl|g|\bf|pr|w|\b|f)ue(?=[bfglr]|ss)")
_GERMAN: Final = re.compile(r"zertifikat|schlue?ssel|kennwort|passwort|verbindung|\bfehler")
#: In Portuguese “no” is “in the”, as it is of nothing else.
_PORTUGUESE: Final = re.compile(r"\bnao\b|cao\b|coes\b|\bfoi\b|\bvoce\b|\bsenha\b|\berro\b")
_IN_THE: Final = re.compile(r"\bn[oa]s?\b")
_BLANKS: Final = re.compile(r" {2,}")
#: Words that English has not, and that most messages of such a language about the field have.
_FOREIGN: Final = re.compile(
    r"zertifikat|[sc]ertifika|certyfikat|certificaat|certificad[oa]|certificat[oi]?s?\b|kennwort|passwort|schlussel|contrasena|"
    r"mot de passe|\bcles?\b|\bclaves?\b|\bchaves?\b|\bsenha\b|geschutzt|sperrfunktion|sperrserver|sperrliste|\bcanal\b|verbindung|"
    r"\bconexion\b|\bconexao\b|\bconnexion\b|\bconnessione\b|\bfallo (?:en|al|de)\b|\bfalha (?:no|na|ao|de)\b|\berreur\b|\berro (?:no|na|ao|de)\b|\bservidor\b|\bserveur\b|\bcadeia\b|\bcadena de\b|\bdatei\b|\barchivo\b|\barquivo\b|\bfichier\b|\bfehler\b|\bfehlgeschlagen\b"
)


@functools.cache
def _translations() -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    """What matches any known phrase; then each phrase and each stem with its English."""
    english: dict[str, str] = {}
    for entry in _SAID.replace("\n ", " ").splitlines():
        said, _, others = entry.partition(": ")
        for other in others.split(", "):
            english.setdefault(folded(other.strip().rstrip(",")), said)
    # Of two phrases, the longer one is tried first.
    phrases = sorted(english, key=len, reverse=True)
    whole = [each if each[0] > "\u04ff" else rf"\b{_stemmed(each)}\b" for each in phrases]
    stems = {_stemmed(each): english[each] for each in phrases if "~" in each}
    return re.compile("|".join(whole)), english, stems


def _stemmed(phrase: str) -> str:
    """The pattern of a phrase; after a ``~`` its words have any ending."""
    return re.escape(phrase).replace(r"\~", "~").replace("~", r"\w{0,4}")


def in_english(text: str) -> str:
    """A text with what is known of its words in English, then in lower case; or as it is."""
    lowered = folded(text).lower()
    if _GERMAN.search(lowered):
        lowered = _UMLAUT.sub(r"\1u", lowered)
    if _PORTUGUESE.search(lowered):
        lowered = _IN_THE.sub("in the", lowered)
    if text.isascii() and not _FOREIGN.search(lowered):
        return text
    pattern, english, stems = _translations()

    def said_of(found: re.Match[str]) -> str:
        known = english.get(found[0])
        if known is None:
            known = next(each for stem, each in stems.items() if re.fullmatch(stem, found[0]))
        return f" {known} "

    said = pattern.sub(said_of, lowered)
    if (parted := _COMPOUND.sub(" ", said)) != said:
        said = pattern.sub(said_of, parted)
    return _BLANKS.sub(" ", said)
