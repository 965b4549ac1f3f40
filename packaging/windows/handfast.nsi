; The installer for Windows: makensis -DVERSION=0.1.0 packaging/windows/handfast.nsi
; It takes the frozen folder of packaging/handfast.spec, made on Windows, from dist\handfast.
Unicode true
; On Linux, a machine without 32-bit libraries takes -DTARGET=amd64-unicode to try it under Wine.
!ifdef TARGET
  Target ${TARGET}
!endif
ManifestDPIAware true
!include "MUI2.nsh"
!include "FileFunc.nsh"

!ifndef VERSION
  !error "say the version: -DVERSION=1.2.3"
!endif
!ifndef FROZEN
  !define FROZEN "..\..\dist\handfast"
!endif
!ifndef OUTPUT
  !define OUTPUT "..\..\dist\handfast-${VERSION}-setup.exe"
!endif
!define PROGRAM "handfast-window.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Handfast"
!define CAPABILITIES "Software\Handfast\Capabilities"

Name "Handfast"
OutFile "${OUTPUT}"
; For one person, without asking for an administrator.
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Handfast"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
SetCompressor /SOLID lzma

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; An entry under "Open with". The default program stays what it is, so that a double click on
; .p12 still goes to the certificate import of Windows until somebody chooses otherwise.
!macro OpenWith EXTENSION
  WriteRegStr HKCU "Software\Classes\${EXTENSION}\OpenWithProgids" "Handfast.Keystore" ""
  WriteRegStr HKCU "Software\Classes\Applications\${PROGRAM}\SupportedTypes" "${EXTENSION}" ""
  WriteRegStr HKCU "${CAPABILITIES}\FileAssociations" "${EXTENSION}" "Handfast.Keystore"
!macroend
!macro NoLongerOpenWith EXTENSION
  DeleteRegValue HKCU "Software\Classes\${EXTENSION}\OpenWithProgids" "Handfast.Keystore"
  DeleteRegKey /ifempty HKCU "Software\Classes\${EXTENSION}\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\${EXTENSION}"
!macroend
!macro EachExtension DO
  !insertmacro ${DO} ".jks"
  !insertmacro ${DO} ".ks"
  !insertmacro ${DO} ".jceks"
  !insertmacro ${DO} ".keystore"
  !insertmacro ${DO} ".truststore"
  !insertmacro ${DO} ".bks"
  !insertmacro ${DO} ".uber"
  !insertmacro ${DO} ".p12"
  !insertmacro ${DO} ".pfx"
  !insertmacro ${DO} ".p7b"
!macroend
!macro TellExplorer
  ; SHCNE_ASSOCCHANGED, so that icons and menus are right without signing out.
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Section "Handfast"
  ; Files of an earlier version that the new one has not.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${FROZEN}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Handfast.lnk" "$INSTDIR\${PROGRAM}"

  WriteRegStr HKCU "Software\Classes\Handfast.Keystore" "" "Keystore"
  WriteRegStr HKCU "Software\Classes\Handfast.Keystore\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr HKCU "Software\Classes\Handfast.Keystore\shell\open\command" "" \
    '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "Software\Classes\Applications\${PROGRAM}" "FriendlyAppName" "Handfast"
  WriteRegStr HKCU "Software\Classes\Applications\${PROGRAM}\shell\open\command" "" \
    '"$INSTDIR\${PROGRAM}" "%1"'
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationName" "Handfast"
  WriteRegStr HKCU "${CAPABILITIES}" "ApplicationDescription" "A keystore manager"
  WriteRegStr HKCU "Software\RegisteredApplications" "Handfast" "${CAPABILITIES}"
  !insertmacro EachExtension OpenWith

  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Handfast"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Handfast project"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
  !insertmacro TellExplorer
SectionEnd

Section "Uninstall"
  !insertmacro EachExtension NoLongerOpenWith
  DeleteRegKey HKCU "Software\Classes\Handfast.Keystore"
  DeleteRegKey HKCU "Software\Classes\Applications\${PROGRAM}"
  DeleteRegValue HKCU "Software\RegisteredApplications" "Handfast"
  DeleteRegKey HKCU "${CAPABILITIES}"
  DeleteRegKey /ifempty HKCU "Software\Handfast"
  DeleteRegKey HKCU "${UNINSTALL}"
  Delete "$SMPROGRAMS\Handfast.lnk"
  ; Only what the installer brought: the folder may be one that holds other things.
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\handfast.exe"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  !insertmacro TellExplorer
SectionEnd
